"""Annoncer ce qui arrive à un avenant."""

from dataclasses import replace

from django.urls import reverse

from alliances.models import Role
from alliances.notifications import Evenement, annoncer_selon
from conventions.models import Avenant
from conventions.notifications.conventions import (
    AUX_MRC,
    CONVENTIONS,
    SIGNENT,
    SUIVENT_CE_QUI_EST_SIGNE,
    signataires_des_mrc,
)

DU_MINISTERE = frozenset({Role.MESS, Role.APPROBATION})
EVENEMENTS = {
    "transmission": Evenement(
        "Avenant à signer",
        "Le Ministère a transmis un avenant aux parties de la convention. Chacune peut maintenant le signer, à sa "
        "date, avec sa résolution.",
        frozenset({Role.COORDINATION}),
        SIGNENT,
        legal=True,
    ),
    "signature": Evenement(
        "Signature inscrite à un avenant",
        "Une partie a signé l’avenant. Il manque encore au moins une signature.",
        frozenset({Role.MESS}),
    ),
    "application": Evenement(
        "Avenant en vigueur",
        "Toutes les parties ont signé\u00a0: l’avenant est en vigueur. Les obligations, les enveloppes et les "
        "versements prévus de la convention le suivent.",
        SUIVENT_CE_QUI_EST_SIGNE,
        legal=True,
    ),
    "reprise": Evenement(
        "Avenant repris par le Ministère",
        "La convention a changé depuis que l’avenant est transmis\u00a0: le Ministère le reprend. Les signatures déjà "
        "inscrites ne valent plus; il le transmettra de nouveau.",
        SIGNENT | {Role.COORDINATION, Role.MESS},
        legal=True,
    ),
    "base": Evenement(
        "Avenant à reprendre",
        "Un autre avenant a changé la convention\u00a0: celui-ci ne peut plus se signer tel quel. Comparez, puis "
        "reprenez-le ou abandonnez-le.",
        attendus=frozenset({Role.MESS}),
    ),
    "abandon": Evenement(
        "Avenant abandonné",
        "Le Ministère abandonne l’avenant\u00a0: la convention reste telle quelle.",
        SIGNENT | {Role.COORDINATION, Role.MESS},
    ),
}


def annoncer_avenant(avenant, evenement, *, par):
    """Annonce un événement de l'avenant; une fois par ligne du journal de la convention.

    Ceux que son application empêche de signer s'annoncent aussi, à qui que ce soit du Ministère.
    """
    nouvelles = _annoncer(avenant, evenement, par=par)
    if evenement == "application":
        arretes = Avenant.objects.filter(convention=avenant.convention_id, etat=Avenant.Etat.TRANSMIS)
        for autre in arretes.select_related("convention__alliance"):
            nouvelles += _annoncer(autre, "base", par=None)
    return nouvelles


def _annoncer(avenant, evenement, *, par):
    annonce, convention = EVENEMENTS[evenement], avenant.convention
    if not avenant.tour:  # jamais transmis : l'Alliance l'ignore
        annonce = replace(annonce, roles=annonce.roles & DU_MINISTERE)
    ligne = convention.journal.only("pk").first()
    return annoncer_selon(
        annonce,
        convention.alliance,
        par=par,
        objet=avenant.reference,
        aussi=signataires_des_mrc(convention.alliance, avenant.signatures_attendues())
        if avenant.tour and evenement in AUX_MRC
        else None,
        cle=f"avenant:{evenement}:{avenant.pk}:{ligne.pk if ligne else ''}",
        famille=CONVENTIONS.code,
        lien=_lien(avenant),
    )


def _lien(avenant):
    """La page de l'avenant; en préparation, l'Alliance ne la voit pas : la liste des avenants."""
    if avenant.transmis_le:
        return reverse("conventions:avenant", args=[avenant.pk])
    return reverse("conventions:avenants", args=[avenant.convention_id])
