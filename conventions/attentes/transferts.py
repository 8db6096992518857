"""Les transferts entre enveloppes qui attendent une réponse."""

from django.urls import reverse

from alliances.models.mandats import alliances_vues, droits_de
from conventions.models import Convention, Transfert
from conventions.models.roles import ROLES
from socle.annonces.attentes import Attente
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import jour_de

REPONDENT = frozenset(ROLES["approuver-transfert"])
LUS = ("pk", "montant", "demande_le", "convention__numero", "convention__alliance__nom")


def taches(utilisateur):
    """Les demandes auxquelles cette personne peut répondre : toutes, sauf les siennes."""
    if not droits_de(utilisateur).roles & REPONDENT:
        return []
    demandes = Transfert.objects.demandes().filter(
        alliances_vues(utilisateur, REPONDENT, "convention__alliance"),
        convention__etat=Convention.Etat.SIGNEE,
    )
    lues = demandes.exclude(demande_par=utilisateur.pk).order_by().values_list(*LUS)
    return [
        Attente(
            titre="Répondre à une demande de transfert",
            objet=f"{nom}, Convention {numero}, {en_dollars(montant)}",
            lien=reverse("conventions:transfert", args=[pk]),
            depuis=jour_de(demande_le),
        )
        for pk, montant, demande_le, numero, nom in lues
    ]
