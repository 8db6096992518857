"""Annoncer une demande de défaire : à qui peut y répondre, puis à qui l'a faite."""

from django.urls import reverse

from alliances.models.mandats import personnes_concernees
from alliances.notifications import Evenement, titre
from conventions.models.roles import ROLES
from conventions.notifications.versements import VERSEMENTS, annoncer_versement
from socle.annonces.notifications import Annonce, annoncer

EVENEMENTS = {  # par état de la demande
    "demandee": Evenement(
        "Annulation demandée, à approuver",
        "On demande de défaire ce qui a été fait. Une autre personne que celle qui le demande peut approuver ou "
        "refuser.",
    ),
    "approuvee": Evenement(
        "Demande d’annulation approuvée",
        "La demande que vous avez faite est approuvée et inscrite.",
    ),
    "refusee": Evenement(
        "Demande d’annulation refusée",
        "La demande que vous avez faite est refusée; le motif se lit à sa page.",
    ),
    "retiree": Evenement(
        "Demande d’annulation retirée",
        "La demande à laquelle vous pouviez répondre est retirée. Vous n’avez rien à faire.",
    ),
}


def annoncer_annulation(demande, *, par):
    """Annonce où en est une demande; chaque état ne s'annonce qu'une fois."""
    evenement, alliance = EVENEMENTS[demande.etat], demande.convention.alliance
    annonce = Annonce(
        cle=_cle(demande, demande.etat),
        famille=VERSEMENTS.code,
        titre=titre(evenement.titre, alliance, demande.objet),
        texte=evenement.texte,
        lien=reverse("conventions:annulation", args=[demande.pk]),
    )
    demander, repondre = (frozenset(ROLES[droit]) for droit in demande.droits)
    if demande.etat == demande.Etat.DEMANDEE:
        personnes = personnes_concernees(alliance, repondre)
        return annoncer(annonce, personnes, attendus=personnes, par=par)
    if demande.etat == demande.Etat.RETIREE:
        prevenues = personnes_concernees(alliance, repondre)
        personnes = prevenues.filter(notifications__cle=_cle(demande, demande.Etat.DEMANDEE))
    else:
        personnes = personnes_concernees(alliance, demander).filter(pk=demande.demandee_par_id)
    if demande.etat == demande.Etat.APPROUVEE and (virement := demande.virement()):
        annoncer_versement(virement, "annulation", par=par)
    return annoncer(annonce, personnes, attendus=(), par=par)


def _cle(demande, etat):
    return f"annulation:{etat}:{demande.pk}"
