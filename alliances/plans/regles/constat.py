"""Ce qu’une règle constate, et où le corriger."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Genre(StrEnum):
    """Une erreur bloque le dépôt; un avertissement et un conseil se montrent seulement."""

    ERREUR = "erreur"
    AVERTISSEMENT = "avertissement"
    CONSEIL = "conseil"


class Ancre(NamedTuple):
    """Le lieu à corriger, sans URL : une section, un élément de la partie structurée, ou une page.

    `objet` : section, priorite, objectif, moyen, indicateur, plan ou alliance; `cle` : le code de section,
    la clé stable de l’élément ou le nom de la page.
    """

    objet: str
    cle: str


CONTACT = Ancre("plan", "contact")
ECHEANCE = Ancre("plan", "echeance")
ELEMENTS = Ancre("plan", "elements")
ADOPTION = Ancre("plan", "adoption")
PRIORITES = Ancre("plan", "priorites")
GOUVERNANCE = Ancre("alliance", "gouvernance")
INSTANCES = Ancre("alliance", "instances")
PARTICIPATION = Ancre("alliance", "participation")


@dataclass(frozen=True)
class Constat:
    """Une phrase pour la personne qui rédige. `message` : texte brut, qui peut citer ce qu’elle a saisi."""

    genre: Genre
    message: str
    ancre: Ancre
    source: str
    champ: str = ""
    regle: str = ""


def erreur(message, ancre, *, source, champ=""):
    return Constat(Genre.ERREUR, message, ancre, source, champ)


def avertissement(message, ancre, *, source, champ=""):
    return Constat(Genre.AVERTISSEMENT, message, ancre, source, champ)


def conseil(message, ancre, *, source, champ=""):
    return Constat(Genre.CONSEIL, message, ancre, source, champ)
