"""Annoncer un mandat à qui le reçoit : le rôle et la portée, rien d'autre sur personne."""

from functools import partial

from django.db import transaction
from django.urls import reverse

from alliances.models.invitations import attend_son_mot_de_passe
from alliances.travaux import envoyer_invitation
from socle.annonces.notifications import prevenir


def annoncer(mandats):
    """Une notification par mandat confié; une invitation, avec son lien, si le compte est neuf."""
    for mandat in mandats:
        if attend_son_mot_de_passe(mandat.utilisateur):
            transaction.on_commit(partial(envoyer_invitation.enqueue, utilisateur_id=mandat.utilisateur_id))
            continue
        prevenir(
            [mandat.utilisateur],
            cle=f"mandat:{mandat.pk}",
            titre="Un mandat vous est confié",
            texte=f"Un mandat vous est confié\u00a0: {mandat}. Il vaut dès votre prochaine connexion.",
            lien=reverse("alliances:liste"),
        )
