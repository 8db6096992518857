"""Le journal d'une Alliance : qui a changé quoi, quand, avant et après."""

from django.views.decorators.http import require_safe

from alliances.models import JournalAlliance, Role
from alliances.views.portes import alliance_suivie
from socle.pages.journaux import FiltresDuJournal, TableauDuJournal
from socle.pages.listes import page_de_liste


def en_mots(ligne):
    """Une ligne du journal, telle que le composant la montre."""
    return {
        "geste": f"{ligne.en_mots(ligne.geste)}\u00a0: {ligne.objet}",
        "qui": ligne.par or "Le service",
        "role": dict(Role.choices).get(ligne.role, ""),
        "le": ligne.inscrite_le,
        "motif": ligne.motif,
        "avant": _valeurs(ligne.avant),
        "apres": _valeurs(ligne.apres),
    }


def _valeurs(valeurs):
    """« fonction : Coordination; nom : … »; un code de rôle se lit en mots."""
    noms = {"debut": "début", "role": "rôle"}
    roles = dict(Role.choices)
    return "; ".join(
        f"{noms.get(nom, nom)}\u00a0: {roles.get(mot, mot) if nom == 'role' else mot or 'vide'}"
        for nom, mot in valeurs.items()
    )


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
