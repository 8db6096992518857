"""Qui prévenir d'un transfert entre enveloppes : qui peut y répondre, puis qui l'a demandé."""

from django.urls import reverse

from alliances.plans.notifications import personnes_concernees
from conventions.models.roles import ROLES
from socle.annonces.notifications import prevenir

REPONDENT = frozenset(ROLES["approuver-transfert"])
DEMANDENT = frozenset(ROLES["demander-transfert"])
AVIS = {  # état du transfert → (titre, texte)
    "demande": (
        "transfert demandé, à approuver",
        "Un transfert entre deux enveloppes est demandé. Une autre personne que celle qui le demande peut "
        "l’approuver ou le refuser.",
    ),
    "approuve": (
        "transfert approuvé",
        "Le transfert que vous avez demandé est approuvé et inscrit au grand livre.",
    ),
    "refuse": (
        "transfert refusé",
        "Le transfert que vous avez demandé est refusé; le motif se lit à la page du transfert.",
    ),
    "retire": (
        "demande de transfert retirée",
        "La demande de transfert à laquelle vous pouviez répondre est retirée. Vous n’avez rien à faire.",
    ),
}


def diffuser_transfert(transfert, *, par):
    """Annonce où en est un transfert; chaque état ne s'annonce qu'une fois."""
    titre, texte = AVIS[transfert.etat]
    alliance = transfert.convention.alliance
    return prevenir(
        _personnes(transfert, alliance, par),
        cle=_cle(transfert, transfert.etat),
        titre=f"{alliance.nom}\u00a0: {titre} ({transfert.exercice})",
        texte=texte,
        lien=reverse("conventions:transfert", args=[transfert.pk]),
        a_suivre=transfert.etat == transfert.Etat.DEMANDE,
    )


def _personnes(transfert, alliance, par):
    """Qui peut répondre, puis qui a demandé; partie depuis, une personne n'a plus à l'apprendre."""
    etats = transfert.Etat
    if transfert.etat not in (etats.DEMANDE, etats.RETIRE):
        return personnes_concernees(alliance, DEMANDENT).filter(pk=transfert.demande_par_id)
    personnes = personnes_concernees(alliance, REPONDENT).exclude(pk=par.pk)
    if transfert.etat == etats.RETIRE:  # nommée depuis la demande, une personne ne l'a jamais reçue
        personnes = personnes.filter(notifications__cle=_cle(transfert, etats.DEMANDE))
    return personnes


def _cle(transfert, etat):
    return f"transfert:{etat}:{transfert.pk}"
