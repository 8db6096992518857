"""Le canevas du plan d’action régional concerté, comme donnée, par cycle (guide 2024-2029, §4.2 et annexe).

Module pur : il ne connaît ni la base ni la requête. Les textes d’aide sont les nôtres.
"""

from alliances.plans.canevas.champs_2024 import CHAMPS
from alliances.plans.canevas.elements_2024 import ELEMENTS
from alliances.plans.canevas.forme import Canevas, Champ, Element, Groupe, Section
from alliances.plans.canevas.groupes_2024 import GROUPES

__all__ = [
    "CHAMPS",
    "CYCLE_COURANT",
    "ELEMENTS",
    "Canevas",
    "Champ",
    "Element",
    "Groupe",
    "Section",
    "canevas",
    "champ",
    "precedente",
    "section",
    "suivante",
]

CYCLE_COURANT = "2024-2029"
CANEVAS = {CYCLE_COURANT: Canevas(cycle=CYCLE_COURANT, groupes=GROUPES, elements=ELEMENTS)}


def canevas(cycle=CYCLE_COURANT):
    """Le canevas d’un cycle. LookupError si ce cycle n’en a pas."""
    if cycle not in CANEVAS:
        raise LookupError(f"Aucun canevas pour le cycle « {cycle} ».")
    return CANEVAS[cycle]


def section(code, cycle=CYCLE_COURANT):
    """La section de ce code. LookupError si le canevas ne la connaît pas."""
    for candidate in canevas(cycle).sections:
        if candidate.code == code:
            return candidate
    raise LookupError(f"Aucune section « {code} » dans le canevas {cycle}.")


def suivante(code, cycle=CYCLE_COURANT):
    """La section qui suit, ou None après la dernière. LookupError si le code est inconnu."""
    return voisine(code, cycle, 1)


def precedente(code, cycle=CYCLE_COURANT):
    """La section qui précède, ou None avant la première. LookupError si le code est inconnu."""
    return voisine(code, cycle, -1)


def voisine(code, cycle, pas):
    sections = canevas(cycle).sections
    rang = sections.index(section(code, cycle)) + pas
    return sections[rang] if 0 <= rang < len(sections) else None


def champ(objet, code):
    """L’aide d’un champ de la partie structurée. LookupError si l’objet ou le champ est inconnu."""
    for candidat in CHAMPS.get(objet, ()):
        if candidat.code == code:
            return candidat
    raise LookupError(f"Aucun champ « {code} » pour « {objet} » dans le canevas.")
