"""Rappeler ce qui est dû : la requête de la liste des tâches, une fois par palier."""

from django.urls import reverse

from alliances.models.mandats import DE_LA_REGION
from alliances.plans.notifications import personnes_concernees
from conventions.attentes.obligations import BIENTOT, a_rendre_d_ici, rendent
from socle.annonces.notifications import prevenir
from socle.annonces.rappels import au_plus_tard, palier_du_rappel
from socle.texte.typographie import date_longue


def rappeler(jour):
    """Rappelle chaque obligation à qui la rend et, en retard, à qui la suit; retourne le nombre de rappels.

    L'échéance est dans la clé : prolongée, une obligation se rappelle de nouveau.
    """
    dues = a_rendre_d_ici(jour + BIENTOT).select_related("convention__alliance")
    return sum(_rappeler(obligation, (obligation.echeance - jour).days) for obligation in dues)


def _rappeler(obligation, jours):
    convention = obligation.convention
    alliance = convention.alliance
    palier = palier_du_rappel(jours)
    message = {
        "cle": f"obligation:rappel:{obligation.pk}:{obligation.echeance}:{palier}",
        "titre": f"{alliance.nom}\u00a0: {str(obligation).lower()}, échéance ({convention.numero})",
        "texte": _phrase(obligation, jours),
        "a_suivre": True,
    }
    qui_rend = personnes_concernees(alliance, rendent(obligation.nature))
    rappels = prevenir(qui_rend, lien=reverse("conventions:obligations", args=[convention.pk]), **message)
    if jours < 0:
        qui_suit = personnes_concernees(alliance, DE_LA_REGION).exclude(pk__in=qui_rend.values("pk"))
        rappels += prevenir(qui_suit, lien=reverse("conventions:constat", args=[obligation.pk]), **message)
    return len(rappels)


def _phrase(obligation, jours):
    if jours < 0:
        return (
            f"{obligation}\u00a0: l’échéance était le {date_longue(obligation.echeance)}. Tant qu’il y a un retard, "
            "le Ministère ne fait aucun versement, sauf dérogation."
        )
    return f"{obligation}\u00a0: à rendre {au_plus_tard(obligation.echeance, jours)}."
