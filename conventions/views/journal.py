"""Le journal d'une convention à l'écran : chaque ligne en mots, états compris."""

from django.views.decorators.http import require_safe

from conventions.models import Avenant, EcheanceVersement, JournalConvention
from conventions.views.gestes import convention_visible
from socle.pages.journaux import (
    FiltresDuJournal,
    TableauDuJournal,
    ligne_en_mots,
    valeur_en_mots,
    valeurs_en_mots,
)
from socle.pages.listes import page_de_liste

ETATS = dict(Avenant.Etat.choices) | dict(EcheanceVersement.Etat.choices)
NOMS = {"reference": "référence"}


def en_mots(ligne, ici="Convention "):
    """Une ligne, dans la forme du composant de page; l'objet ne se répète pas quand la page est la sienne.

    `ici` est le début de son nom : celui d'une convention change tant qu'elle se prépare.
    """
    geste = ligne.en_mots(ligne.geste)
    geste = geste if ligne.objet.startswith(ici) else f"{geste} – {ligne.objet}"
    return ligne_en_mots(ligne, geste, _valeurs, etats=ETATS)


def _valeurs(valeurs):
    """« exercice 2025-2026 : 1 200 000,00 $; fin : 31 octobre 2029 »."""
    return valeurs_en_mots(valeurs, NOMS, valeur_en_mots)


class TableauDuJournalDeLaConvention(TableauDuJournal):
    vide = "Rien n’est encore inscrit."
    en_mots = staticmethod(en_mots)


@require_safe
def journal(request, pk):
    """Tout le journal de la convention que la personne peut lire."""
    convention = convention_visible(request, pk)
    return page_de_liste(
        request,
        TableauDuJournalDeLaConvention,
        FiltresDuJournal,
        JournalConvention.objects.visibles_par(request.user).filter(convention=convention),
        gabarit="conventions/journal.html",
        convention=convention,
        alliance=convention.alliance,
    )
