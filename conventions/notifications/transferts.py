"""Qui prévenir d'un transfert entre enveloppes : qui peut y répondre, puis qui l'a demandé."""

from django.urls import reverse

from alliances.plans.notifications import personnes_concernees
from conventions.models.roles import ROLES
from socle.notifications import prevenir

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
}


def diffuser_transfert(transfert, *, par):
    """Annonce où en est un transfert; chaque état ne s'annonce qu'une fois."""
    titre, texte = AVIS[transfert.etat]
    alliance = transfert.convention.alliance
    attend_reponse = transfert.etat == transfert.Etat.DEMANDE
    if attend_reponse:
        personnes = personnes_concernees(alliance, REPONDENT).exclude(pk=par.pk)
    else:  # partie depuis, la personne qui a demandé n'a plus à l'apprendre
        personnes = personnes_concernees(alliance, DEMANDENT).filter(pk=transfert.demande_par_id)
    return prevenir(
        personnes,
        cle=f"transfert:{transfert.etat}:{transfert.pk}",
        titre=f"{alliance.nom}\u00a0: {titre} ({transfert.exercice})",
        texte=texte,
        lien=reverse("conventions:transfert", args=[transfert.pk]),
        a_suivre=attend_reponse,
    )
