"""Qui prévenir de ce qui arrive à une convention."""

from dataclasses import dataclass

from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import DE_L_ALLIANCE, DE_LA_REGION
from alliances.plans.notifications import personnes_concernees
from socle.annonces.notifications import prevenir

MINISTERE = frozenset({Role.MESS, Role.APPROBATION, Role.FINANCES_MESS})
SUIVENT_CE_QUI_EST_SIGNE = DE_L_ALLIANCE | DE_LA_REGION | MINISTERE | {Role.TERRITOIRE}


@dataclass(frozen=True)
class Evenement:
    """Ce qui est arrivé, qui doit le savoir, et qui, parmi eux, a maintenant un geste à faire."""

    titre: str
    texte: str
    roles: frozenset
    attendus: frozenset = frozenset()


EVENEMENTS = {
    "transmission": Evenement(
        "convention à signer",
        "Le Ministère a transmis la convention à ses parties. Chacune peut maintenant la signer, à sa date, avec sa "
        "résolution.",
        frozenset({Role.COORDINATION, Role.SIGNATURE, Role.APPROBATION}),
        frozenset({Role.SIGNATURE, Role.APPROBATION}),
    ),
    "signature": Evenement(
        "signature inscrite",
        "Une partie a signé la convention. Il manque encore au moins une signature.",
        frozenset({Role.MESS}),
    ),
    "vigueur": Evenement(
        "convention en vigueur",
        "Toutes les parties ont signé\u00a0: la convention est en vigueur. Ses obligations et leurs dates se lisent "
        "à son calendrier.",
        SUIVENT_CE_QUI_EST_SIGNE,
    ),
    "reprise": Evenement(
        "convention reprise pour correction",
        "Le Ministère a repris la convention pour la corriger. Les signatures déjà inscrites ne valent plus; il la "
        "transmettra de nouveau.",
        frozenset({Role.COORDINATION, Role.SIGNATURE, Role.APPROBATION}),
    ),
    "prolongation": Evenement(
        "échéance repoussée",
        "Une échéance de la convention est repoussée. La nouvelle date se lit à son calendrier.",
        frozenset({Role.COORDINATION, Role.FINANCES, Role.MESS}) | DE_LA_REGION,
    ),
    "cloture": Evenement(
        "convention close",
        "Toutes les obligations de la convention sont remplies\u00a0: le Ministère l’a close.",
        DE_L_ALLIANCE | DE_LA_REGION | MINISTERE,
    ),
    "resiliation": Evenement(
        "convention résiliée",
        "Le Ministère a résilié la convention. Le motif et le règlement se lisent à sa page.",
        DE_L_ALLIANCE | DE_LA_REGION | MINISTERE,
    ),
}


def diffuser(convention, evenement, *, par):
    """Annonce un événement aux personnes concernées, sauf à celle qui l'a causé; une fois par ligne de journal."""
    annonce, alliance = EVENEMENTS[evenement], convention.alliance
    ligne = convention.journal.only("pk").first()
    message = {
        "cle": f"convention:{evenement}:{convention.pk}:{ligne.pk}",
        "titre": f"{alliance.nom} : {annonce.titre} ({convention.numero})",
        "texte": annonce.texte,
        "lien": reverse("conventions:convention", args=[convention.pk]),
    }
    if evenement == "reprise":  # en préparation, l'Alliance ne voit plus la convention
        message["lien"] = reverse("alliances:fiche", args=[alliance.slug])
    return prevenir_selon(annonce, alliance, par=par, **message)


def prevenir_selon(annonce, alliance, *, par, **message):
    """Prévient les personnes concernées, sauf qui a causé l'événement; celles qu'il attend savent qu'elles le sont."""
    concernees = personnes_concernees(alliance, annonce.roles)
    if par:
        concernees = concernees.exclude(pk=par.pk)
    attendues = personnes_concernees(alliance, annonce.attendus).values("pk")
    nouvelles = prevenir(concernees.exclude(pk__in=attendues), **message)
    return nouvelles + prevenir(concernees.filter(pk__in=attendues), a_suivre=True, **message)
