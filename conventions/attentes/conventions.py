"""Les conventions et les avenants à transmettre, à signer, à reprendre."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import alliances_vues, droits_de
from conventions.models import Avenant, Convention, InstantaneConvention, PartieConvention, SignatureAvenant
from socle.attentes import Attente
from socle.horloge import jour_de

DE_LA_CONVENTION = {  # rôle → (titre, page)
    Role.MESS: ("Transmettre la convention", "conventions:preparation"),
    Role.SIGNATURE: ("Signer la convention", "conventions:convention"),
    Role.APPROBATION: ("Inscrire la signature de la ou du ministre", "conventions:convention"),
}
DE_L_AVENANT = {  # (rôle, état de l'avenant) → (titre, page)
    (Role.MESS, "preparation"): ("Transmettre l’avenant", "conventions:avenant"),
    (Role.MESS, "transmis"): ("Reprendre l’avenant", "conventions:avenant_reprise"),
    (Role.SIGNATURE, "transmis"): ("Signer l’avenant", "conventions:avenant"),
    (Role.APPROBATION, "transmis"): (
        "Inscrire la signature de la ou du ministre à l’avenant",
        "conventions:avenant",
    ),
}

AVENANT_EN_PREPARATION = Q(etat=Convention.Etat.SIGNEE, avenants__etat=Avenant.Etat.PREPARATION)
AVENANT_TRANSMIS = Q(etat=Convention.Etat.SIGNEE, avenants__etat=Avenant.Etat.TRANSMIS)
BASE_BOUGEE = Exists(
    InstantaneConvention.objects.order_by().filter(
        convention=OuterRef("pk"), pris_le__gt=OuterRef("avenants__transmis_le")
    )
)  # la convention a changé depuis la transmission : l'avenant ne se signe plus, il se reprend


def _a_signer(parties):
    """Ce qui attend la signature de ces parties : la convention transmise, ou l'avenant dont la base tient."""
    de_la_convention = PartieConvention.objects.order_by().filter(
        parties, convention=OuterRef("pk"), signe=True, signee_le=None
    )
    de_l_avenant = SignatureAvenant.objects.order_by().filter(
        parties, avenant=OuterRef("avenants"), tour=OuterRef("avenants__tour"), signee_le=None
    )
    return Q(Exists(de_la_convention), etat=Convention.Etat.TRANSMISE) | (
        AVENANT_TRANSMIS & Q(Exists(de_l_avenant), ~BASE_BOUGEE)
    )


MINISTRE = Q(role=PartieConvention.Role.MINISTRE)
ATTENDUS = {
    Role.MESS: Q(etat=Convention.Etat.PREPARATION)
    | AVENANT_EN_PREPARATION
    | (AVENANT_TRANSMIS & Q(BASE_BOUGEE)),
    Role.SIGNATURE: _a_signer(~MINISTRE),
    Role.APPROBATION: _a_signer(MINISTRE),
}
LUS = (
    "pk",
    "numero",
    "alliance__nom",
    "creee_le",
    "transmise_le",
    "avenants",
    "avenants__numero",
    "avenants__etat",
    "avenants__cree_le",
    "avenants__transmis_le",
)


def taches(utilisateur):
    """Ce que les conventions et leurs avenants attendent de cette personne; une requête par rôle tenu."""
    roles = droits_de(utilisateur).roles
    return [
        _attente(role, *ligne)
        for role, attendus in ATTENDUS.items()
        if role in roles
        for ligne in Convention.objects.filter(
            attendus, alliances_vues(utilisateur, {role}, "alliance")
        ).values_list(*LUS)
    ]


def _attente(role, pk, numero, alliance, creee_le, transmise_le, avenant, rang, etat, cree_le, transmis_le):
    objet, depuis = f"{alliance}, Convention {numero}", transmise_le or creee_le
    titre, page = DE_LA_CONVENTION[role]
    if avenant:
        objet, depuis, pk = f"{objet}, avenant {rang}", transmis_le or cree_le, avenant
        titre, page = DE_L_AVENANT[role, etat]
    return Attente(titre=titre, objet=objet, lien=reverse(page, args=[pk]), depuis=jour_de(depuis))
