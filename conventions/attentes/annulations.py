"""Les demandes de défaire qui attendent une réponse."""

from django.urls import reverse

from alliances.models.mandats import alliances_vues, droits_de
from conventions.models import Convention, DemandeAnnulation
from conventions.models.demandes_annulation import DROITS, DROITS_DE_LA_TABLE
from conventions.models.roles import ROLES
from socle.annonces.attentes import Attente
from socle.valeurs.horloge import jour_de

LUS = ("pk", "nature", "objet", "demandee_le", "convention__numero", "convention__alliance__nom")
REPONSES = {
    nature: frozenset(ROLES[DROITS.get(nature, DROITS_DE_LA_TABLE)[1]]) for nature in DemandeAnnulation.Nature
}


def taches(utilisateur):
    """Les demandes auxquelles cette personne peut répondre : toutes, sauf les siennes."""
    siens = droits_de(utilisateur).roles
    return [
        attente
        for roles in set(REPONSES.values())
        if siens & roles
        for attente in _a_repondre(utilisateur, roles)
    ]


def _a_repondre(utilisateur, roles):
    natures = [nature for nature, repondent in REPONSES.items() if repondent == roles]
    demandes = DemandeAnnulation.objects.en_attente().filter(
        alliances_vues(utilisateur, roles, "convention__alliance"),
        convention__etat__in=(Convention.Etat.SIGNEE, Convention.Etat.CLOSE, Convention.Etat.RESILIEE),
        nature__in=natures,
    )
    lues = demandes.exclude(demandee_par=utilisateur.pk).order_by().values_list(*LUS)
    return [
        Attente(
            titre="Répondre à une demande d’annulation"
            if nature != DemandeAnnulation.Nature.REOUVERTURE
            else "Répondre à une demande de réouverture",
            objet=f"{nom}, Convention {numero}, {objet}",
            lien=reverse("conventions:annulation", args=[pk]),
            depuis=jour_de(demandee_le),
        )
        for pk, nature, objet, demandee_le, numero, nom in lues
    ]
