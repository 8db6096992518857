"""Rappeler ce qui est dû : la requête de la liste des tâches, une fois par palier."""

from django.urls import reverse

from alliances.models.mandats import DE_LA_REGION
from alliances.notifications import ECHEANCES, Evenement, annoncer_selon
from conventions.attentes.obligations import BIENTOT, a_rendre_d_ici, rendent
from socle.annonces.rappels import au_plus_tard, palier_du_rappel
from socle.texte.typographie import date_longue


def rappeler(jour):
    """Rappelle chaque obligation à qui la rend et, en retard, à qui la suit; retourne le nombre de rappels.

    L'échéance est dans la clé : prolongée, une obligation se rappelle de nouveau.
    """
    dues = a_rendre_d_ici(jour + BIENTOT).select_related("convention__alliance")
    return sum(_rappeler(obligation, (obligation.echeance - jour).days) for obligation in dues)


def _rappeler(obligation, jours):
    convention, en_retard = obligation.convention, jours < 0
    message = {
        "par": None,
        "objet": convention.numero,
        "cle": f"obligation:rappel:{obligation.pk}:{obligation.echeance}:{palier_du_rappel(jours)}",
        "famille": ECHEANCES.code,
    }
    nouvelle, texte = f"{obligation}, {'en retard' if en_retard else 'à rendre'}", _phrase(obligation, jours)
    a_rendre = Evenement(nouvelle, texte, attendus=rendent(obligation.nature), legal=en_retard)
    lien = reverse("conventions:obligations", args=[convention.pk])
    rappels = annoncer_selon(a_rendre, convention.alliance, lien=lien, **message)
    if en_retard:
        a_suivre = Evenement(nouvelle, texte, attendus=DE_LA_REGION, legal=True)
        lien = reverse("conventions:reception", args=[obligation.pk])
        rappels += annoncer_selon(a_suivre, convention.alliance, lien=lien, **message)
    return len(rappels)


def _phrase(obligation, jours):
    if jours < 0:
        return (
            f"{obligation}\u00a0: l’échéance était le {date_longue(obligation.echeance)}. Tant qu’il y a un retard, "
            "le Ministère ne fait aucun versement, sauf dérogation."
        )
    return f"{obligation}\u00a0: à rendre {au_plus_tard(obligation.echeance, jours)}."
