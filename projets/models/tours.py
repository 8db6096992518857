"""À qui le tour, et depuis quand, pour plusieurs demandes à la fois : autant de requêtes pour une que pour mille."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import JSONObject

from projets.models.decisions import DECIDABLES, Affectation, Decision
from projets.models.etapes import EtapeInitiative
from projets.models.evaluations import NoteCritere
from projets.models.initiatives import DECIDEES, Initiative
from projets.models.suites import AVIS_ATTENDUS, DEPUIS, etapes_attendues
from projets.regles.notes import noter
from socle.valeurs.argent import MontantField

Etat = Initiative.Etat


@dataclass(frozen=True)
class Tour:
    """`a_qui` est vide quand plus personne n'a rien à faire."""

    a_qui: str = ""
    depuis: datetime | None = None


def pretes_a_decider(initiatives):
    """Celles que plus aucun avis ne retient."""
    return initiatives.filter(~AVIS_ATTENDUS, etat__in=DECIDABLES)


def avec_tour(initiatives):
    """Annote ce que lit `tour_de`."""
    prises = Decision.objects.filter(initiative=OuterRef("pk")).order_by("-pk").values("inscrite_le")
    attendue = etapes_attendues().values(lue=JSONObject(acte="acte", nom="nom"))
    return initiatives.annotate(
        depuis=DEPUIS, attendue=Subquery(attendue[:1]), decidee_le=Subquery(prises[:1])
    )


def avec_issue(initiatives):
    """Annote `accorde`, ce qui lui est réservé, et `raison`, celle de sa dernière décision."""
    siennes = Affectation.objects.filter(initiative=OuterRef("pk")).order_by().values("initiative")
    reserve = Subquery(siennes.annotate(total=Sum("montant")).values("total"), output_field=MontantField())
    prises = Decision.objects.filter(initiative=OuterRef("pk")).order_by("-pk").values("raison")
    return initiatives.annotate(
        accorde=Case(When(etat=Etat.ACCEPTEE, then=reserve)),
        raison=Case(When(etat__in=DECIDEES, then=Subquery(prises[:1])), default=Value("")),
    )


def tour_de(initiative):
    """Le `Tour` d'une initiative lue `avec_tour`."""
    etape = EtapeInitiative(**initiative.attendue) if initiative.attendue else None
    return _tour(initiative, etape, initiative.depuis, initiative.decidee_le)


def _tour(initiative, etape, rendu, prise):
    if initiative.etat == Etat.DEPOSEE:
        return Tour("La Table\xa0: admissibilité", rendu or initiative.deposee_le)
    if initiative.attend_confirmation and etape and etape.acte == "decision":
        return Tour("L’organisme\xa0: confirmer la demande", rendu or initiative.jugee_le)
    if initiative.etat == Etat.ADMISSIBLE and etape:
        return Tour(f"{etape.nom}\xa0: {etape.get_acte_display().lower()}", rendu or initiative.jugee_le)
    if initiative.etat in DECIDEES and initiative.etat_annonce != initiative.etat:
        return Tour("La Table\xa0: réponse", prise)
    return Tour()


def notes_des(appel, initiatives):
    """{clé: `NoteGlobale`} d'après la grille de l'appel; la grille et les notes en une requête.

    Chaque initiative garde la sienne (`evaluations.note_lue_de`).
    """
    vide = Value(None, output_field=IntegerField())
    grille = appel.criteres.order_by().values_list("rang", "pk", "nom", "poids", vide, vide, vide)
    donnees = NoteCritere.objects.filter(initiative__in=initiatives).retenues().order_by()
    du_critere = ("critere", "critere__nom", "critere__poids")
    lues = grille.union(donnees.values_list("pk", *du_critere, "initiative", "personne", "niveau"), all=True)
    criteres, notes = [], {initiative.pk: [] for initiative in initiatives}
    for _, *critere, initiative, personne, niveau in sorted(lues, key=lambda lue: lue[:2]):
        if initiative is None:
            criteres.append(critere)
        else:
            notes[initiative].append((personne, critere[0], niveau))
    globales = {cle: noter(criteres, siennes) for cle, siennes in notes.items()}
    for initiative in initiatives:
        initiative.note_lue = globales[initiative.pk].lue
    return globales
