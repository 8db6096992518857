"""Le journal d'une convention à l'écran : chaque ligne en mots, états compris."""

from datetime import date

from django.views.decorators.http import require_safe

from alliances.models import Role
from conventions.models import Avenant, EcheanceVersement, JournalConvention
from conventions.views.gestes import convention_visible
from socle.pages.journaux import FiltresDuJournal, TableauDuJournal
from socle.pages.listes import page_de_liste
from socle.texte.typographie import date_longue

ROLES = dict(Role.choices)
ETATS = dict(Avenant.Etat.choices) | dict(EcheanceVersement.Etat.choices)
NOMS = {"etat": "état", "reference": "référence"}


def en_mots(ligne, ici="Convention "):
    """Une ligne, dans la forme du composant de page; l'objet ne se répète pas quand la page est la sienne.

    `ici` est le début de son nom : celui d'une convention change tant qu'elle se prépare.
    """
    geste = ligne.en_mots(ligne.geste)
    return {
        "le": ligne.inscrite_le,
        "qui": ligne.par.nom_complet if ligne.par else "Le service",
        "role": ROLES.get(ligne.role, ligne.role),
        "geste": geste if ligne.objet.startswith(ici) else f"{geste} – {ligne.objet}",
        "motif": ligne.motif,
        "avant": _valeurs(ligne.avant),
        "apres": _valeurs(ligne.apres),
    }


def _valeurs(valeurs):
    """« exercice 2025-2026 : 1 200 000,00 $; fin : 31 octobre 2029; état : Versé »."""
    return "; ".join(
        f"{NOMS.get(nom, nom)}\u00a0: {_valeur(nom, mot)}"
        for nom, mot in valeurs.items()
        if mot not in ("", None, [])
    )


def _valeur(nom, mot):
    if nom == "etat":
        return ETATS.get(mot, mot)
    if isinstance(mot, list):
        return ", ".join(mot)
    try:
        return date_longue(date.fromisoformat(str(mot)))
    except ValueError:
        return mot


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
