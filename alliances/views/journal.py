"""Le journal d'une Alliance : qui a changé quoi, quand, avant et après."""

from django.views.decorators.http import require_safe

from alliances.models import JournalAlliance, Role
from alliances.views.portes import alliance_suivie
from socle.pages.journaux import (
    FiltresDuJournal,
    TableauDuJournal,
    ligne_en_mots,
    valeur_en_mots,
    valeurs_en_mots,
)
from socle.pages.listes import page_de_liste

NOMS = {"debut": "début", "role": "rôle"}
ROLES = dict(Role.choices)


def en_mots(ligne):
    return ligne_en_mots(ligne, f"{ligne.en_mots(ligne.geste)}\u00a0: {ligne.objet}", _valeurs)


def _valeurs(valeurs):
    """« fonction : Coordination; nom : vide »; un code de rôle et une date se lisent en mots."""
    dits = {nom: mot or "vide" for nom, mot in valeurs.items()}
    return valeurs_en_mots(dits, NOMS, _valeur)


def _valeur(nom, mot):
    return ROLES.get(mot, mot) if nom == "role" else valeur_en_mots(nom, mot)


class TableauDuJournalDeLAlliance(TableauDuJournal):
    vide = "Rien n’a encore changé depuis le chargement de l’Alliance."
    en_mots = staticmethod(en_mots)


@require_safe
def journal(request, slug):
    alliance = alliance_suivie(request, slug)
    return page_de_liste(
        request,
        TableauDuJournalDeLAlliance,
        FiltresDuJournal,
        JournalAlliance.objects.visibles_par(request.user).filter(alliance=alliance),
        gabarit="alliances/journal.html",
        alliance=alliance,
    )
