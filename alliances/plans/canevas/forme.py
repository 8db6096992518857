"""De quoi un canevas est fait : groupes, sections, champs et éléments exigés. Tout y est figé."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Nature(StrEnum):
    """Comment une section se remplit."""

    CONTACT = "contact"
    TEXTE = "texte"
    STRUCTURE = "structure"


@dataclass(frozen=True)
class Section:
    """Une page du plan. `mots_minimum` : en dessous, le texte est tenu pour presque vide (0 : sans texte).

    `requise` : le guide, §4.2, dit que le plan « doit préciser » ce qu’elle contient; `elements` en donne
    les numéros.
    """

    code: str
    titre: str
    source: str
    aide: str
    exemple: str
    a_eviter: str
    nature: Nature = Nature.TEXTE
    requise: bool = True
    elements: tuple[int, ...] = ()
    mots_minimum: int = 0
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Groupe:
    """Un chapitre du plan et ses sections."""

    code: str
    titre: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Champ:
    """L’aide d’un champ de la partie structurée."""

    code: str
    libelle: str
    aide: str
    exemple: str = ""
    a_eviter: str = ""


@dataclass(frozen=True)
class Element:
    """Un des éléments que le plan doit préciser, et les lieux où il se dit.

    Un lieu est un couple : ("section", code), ("alliance", page) ou, dans la partie structurée,
    (objet, champ).
    """

    numero: int
    court: str
    libelle: str
    lieux: tuple[tuple[str, str], ...]
    source: str = "Guide 2024-2029, §4.2"


@dataclass(frozen=True)
class Canevas:
    """Le plan du plan, pour un cycle."""

    cycle: str
    groupes: tuple[Groupe, ...]
    elements: tuple[Element, ...]

    @cached_property
    def sections(self):
        """Toutes les sections, dans l’ordre où elles s’écrivent."""
        return tuple(section for groupe in self.groupes for section in groupe.sections)

    @cached_property
    def sections_redigees(self):
        """Les sections de texte, sans l’en-tête ni la partie structurée."""
        return tuple(section for section in self.sections if section.nature == Nature.TEXTE)
