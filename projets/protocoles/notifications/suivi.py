"""Annoncer ce qui s'écrit au suivi : à l'autre partie, jamais à qui l'écrit."""

from django.urls import reverse

from alliances.models.mandats import Mandat, personnes_concernees
from alliances.models.roles import DE_L_ORGANISME
from alliances.notifications import Evenement
from projets.models.roles import ROLES
from projets.notifications.demandes import nommer
from projets.protocoles.notifications.vie import PROTOCOLES
from projets.protocoles.permissions import peut
from socle.annonces.notifications import Annonce, annoncer
from socle.models import Utilisateur

SUIVENT = frozenset(ROLES["preparer-protocole"])
NOTE = Evenement("Note de suivi", "Une note est écrite au suivi de cette initiative.")
DEMANDE = Evenement(
    "Changement demandé",
    "L’organisme voudrait changer quelque chose à son initiative, et dit pourquoi. Répondez-lui d’un mot.",
)
REPONSE = Evenement(
    "Réponse à un changement demandé",
    "La Table a répondu. Accordé, ce qui touche l’argent ou les dates demande encore un avenant.",
    legal=True,
)


ACCORDE = Evenement(
    "Avenant à préparer",
    "Un changement demandé par l’organisme est accordé\xa0: préparez l’avenant qui le porte.",
)


def annoncer_la_note(note, *, par):
    protocole = note.protocole
    lisent = _table(protocole) if note.cote == "organisme" else _organisme(protocole)
    return _annoncer(protocole, NOTE, f"note-{note.pk}", lisent, par=par)


def annoncer_la_demande(changement, *, par):
    protocole = changement.protocole
    repondent = [p for p in _table(protocole) if peut(p, "repondre-changement", protocole) is None]
    code = f"changement-{changement.pk}"
    return _annoncer(protocole, DEMANDE, code, repondent, par=par, attendus=repondent)


def annoncer_la_reponse(changement, *, par):
    protocole = changement.protocole
    if changement.demande_un_avenant:
        lien = reverse("protocoles:changement_avenant", args=[changement.pk])
        ouvrent = [p for p in _table(protocole) if peut(p, "preparer-avenant-protocole", protocole) is None]
        code = f"changement-accorde-{changement.pk}"
        _annoncer(protocole, ACCORDE, code, ouvrent, par=par, attendus=ouvrent, lien=lien)
    return _annoncer(
        protocole, REPONSE, f"changement-repondu-{changement.pk}", _organisme(protocole), par=par
    )


def _annoncer(protocole, dit, code, lisent, *, par, attendus=(), lien=""):
    annonce = Annonce(
        cle=f"protocole:{code}",
        famille=PROTOCOLES.code,
        titre=nommer(dit.titre, protocole.initiative),
        texte=dit.texte,
        lien=lien or reverse("protocoles:suivi", args=[protocole.pk]),
        legale=dit.legal,
    )
    return annoncer(annonce, lisent, attendus=attendus, par=par)


def _table(protocole):
    return personnes_concernees(protocole.initiative.alliance, SUIVENT)


def _organisme(protocole):
    organisme = protocole.initiative.organisme_id
    mandats = Mandat.objects.en_vigueur().filter(role__in=DE_L_ORGANISME, organisme=organisme)
    return Utilisateur.objects.filter(pk__in=mandats.values("utilisateur"), is_active=True)
