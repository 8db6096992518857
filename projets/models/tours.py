"""À qui le tour, et depuis quand, pour plusieurs demandes à la fois : autant de requêtes pour une que pour mille."""

from dataclasses import dataclass
from datetime import datetime

from projets.models.avis import AvisInitiative
from projets.models.decisions import DECIDABLES, Decision
from projets.models.etapes import EtapeInitiative
from projets.models.evaluations import NoteCritere
from projets.models.initiatives import DECIDEES, Initiative
from projets.regles.notes import noter

Etat = Initiative.Etat


@dataclass(frozen=True)
class Tour:
    """`a_qui` est vide quand plus personne n'a rien à faire."""

    a_qui: str = ""
    depuis: datetime | None = None


def prochaines_etapes(initiatives):
    """{clé: la première étape qui attend}; `prochaine_etape` pour plusieurs."""
    avis = AvisInitiative.objects.en_vigueur().filter(initiative__in=initiatives)
    rendus = set(avis.values_list("etape", flat=True))
    etapes = EtapeInitiative.objects.filter(initiative__in=initiatives).exclude(acte="information")
    attendues = {}
    for etape in etapes.order_by("initiative", "rang"):
        if etape.pk not in rendus:
            attendues.setdefault(etape.initiative_id, etape)
    return attendues


def pretes_a_decider(initiatives):
    """Celles que plus aucun avis ne retient."""
    decidables = [i for i in initiatives if i.etat in DECIDABLES]
    attendues = prochaines_etapes(decidables)
    return [i for i in decidables if i.pk not in attendues or attendues[i.pk].acte == "decision"]


def tours_des(initiatives):
    """{clé: `Tour`} de ces initiatives."""
    etapes = prochaines_etapes(initiatives)
    avis = AvisInitiative.objects.en_vigueur().filter(initiative__in=initiatives, etape__isnull=False)
    rendus = dict(avis.order_by("inscrit_le").values_list("initiative", "inscrit_le"))
    decisions = Decision.objects.filter(initiative__in=initiatives).order_by("pk")
    prises = dict(decisions.values_list("initiative", "inscrite_le"))
    return {i.pk: _tour(i, etapes.get(i.pk), rendus.get(i.pk), prises.get(i.pk)) for i in initiatives}


def _tour(initiative, etape, rendu, prise):
    if initiative.etat == Etat.DEPOSEE:
        return Tour("La Table\xa0: admissibilité", initiative.deposee_le)
    if initiative.attend_confirmation and etape and etape.acte == "decision":
        return Tour("L’organisme\xa0: confirmer la demande", rendu or initiative.jugee_le)
    if initiative.etat == Etat.ADMISSIBLE and etape:
        return Tour(f"{etape.nom}\xa0: {etape.get_acte_display().lower()}", rendu or initiative.jugee_le)
    if initiative.etat in DECIDEES and initiative.etat_annonce != initiative.etat:
        return Tour("La Table\xa0: réponse", prise)
    return Tour()


def notes_des(appel, initiatives):
    """{clé: `NoteGlobale`} d'après la grille de l'appel."""
    criteres = list(appel.criteres.values_list("pk", "nom", "poids"))
    donnees = {initiative.pk: [] for initiative in initiatives}
    notes = NoteCritere.objects.filter(initiative__in=initiatives).order_by("pk")
    for cle, *note in notes.values_list("initiative", "personne", "critere", "niveau"):
        donnees[cle].append(note)
    return {cle: noter(criteres, lues) for cle, lues in donnees.items()}
