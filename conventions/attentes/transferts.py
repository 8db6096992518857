"""Les transferts entre enveloppes qui attendent une réponse."""

from django.urls import reverse

from alliances.models.mandats import alliances_vues, droits_de
from conventions.models import Convention, Transfert
from conventions.models.roles import ROLES
from socle.argent import en_dollars
from socle.attentes import Attente
from socle.horloge import jour_de
from socle.preparees import preparee

REPONDENT = frozenset(ROLES["approuver-transfert"])


def taches(utilisateur):
    """Les demandes auxquelles cette personne peut répondre : toutes, sauf les siennes."""
    if not droits_de(utilisateur).roles & REPONDENT:
        return []
    return [
        Attente(
            titre="Répondre à une demande de transfert",
            objet=f"{nom}, Convention {numero}, {en_dollars(montant)}",
            lien=reverse("conventions:transfert", args=[pk]),
            depuis=jour_de(demande_le),
        )
        for pk, montant, demande_le, numero, nom in _demandes(droits_de(utilisateur), moi=utilisateur.pk)
    ]


@preparee
def _demandes(droits, *, moi):
    demandes = Transfert.objects.demandes().filter(
        alliances_vues(droits, REPONDENT, "convention__alliance"),
        convention__etat=Convention.Etat.SIGNEE,
    )
    return (
        demandes.exclude(demande_par=moi)
        .order_by()
        .values_list("pk", "montant", "demande_le", "convention__numero", "convention__alliance__nom")
    )
