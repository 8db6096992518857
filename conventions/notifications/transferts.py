"""Annoncer un transfert entre enveloppes : à qui peut y répondre, puis à qui l'a demandé."""

from django.urls import reverse

from alliances.models.mandats import personnes_concernees
from alliances.notifications import Evenement, titre
from conventions.models.roles import ROLES
from conventions.notifications.versements import VERSEMENTS
from socle.annonces.notifications import Annonce, annoncer

REPONDENT = frozenset(ROLES["approuver-transfert"])
DEMANDENT = frozenset(ROLES["demander-transfert"])
EVENEMENTS = {  # par état du transfert
    "demandee": Evenement(
        "Transfert demandé, à approuver",
        "Un transfert entre deux enveloppes est demandé. Une autre personne que celle qui le demande peut "
        "l’approuver ou le refuser.",
        attendus=REPONDENT,
    ),
    "approuvee": Evenement(
        "Transfert approuvé",
        "Le transfert que vous avez demandé est approuvé et inscrit au grand livre.",
        DEMANDENT,
    ),
    "refusee": Evenement(
        "Transfert refusé",
        "Le transfert que vous avez demandé est refusé; le motif se lit à la page du transfert.",
        DEMANDENT,
    ),
    "retiree": Evenement(
        "Demande de transfert retirée",
        "La demande de transfert à laquelle vous pouviez répondre est retirée. Vous n’avez rien à faire.",
        REPONDENT,
    ),
}


def annoncer_transfert(transfert, *, par):
    """Annonce où en est un transfert; chaque état ne s'annonce qu'une fois."""
    evenement, alliance = EVENEMENTS[transfert.etat], transfert.convention.alliance
    annonce = Annonce(
        cle=_cle(transfert, transfert.etat),
        famille=VERSEMENTS.code,
        titre=titre(evenement.titre, alliance, transfert.exercice),
        texte=evenement.texte,
        lien=reverse("conventions:transfert", args=[transfert.pk]),
    )
    personnes = _personnes(transfert, personnes_concernees(alliance, evenement.roles | evenement.attendus))
    attendus = personnes if evenement.attendus else ()
    return annoncer(annonce, personnes, attendus=attendus, par=par)


def _personnes(transfert, personnes):
    """Qui a demandé apprend la réponse, s'il en est encore; un retrait, ceux qui avaient reçu la demande."""
    etats = transfert.Etat
    if transfert.etat in (etats.APPROUVEE, etats.REFUSEE):
        return personnes.filter(pk=transfert.demandee_par_id)
    if transfert.etat == etats.RETIREE:
        return personnes.filter(notifications__cle=_cle(transfert, etats.DEMANDEE))
    return personnes


def _cle(transfert, etat):
    return f"transfert:{etat}:{transfert.pk}"
