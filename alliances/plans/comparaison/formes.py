"""De quoi une comparaison est faite. Tout y est du texte brut : c'est le gabarit qui échappe et qui marque.

États : `inchange`, `ajoute`, `retire`, `modifie`. Un élément peut en plus avoir été déplacé.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

FEMININS = {"section", "priorite", "instance", "participation", "collaborateur"}  # « Collaboration – … »
NOMS = {
    "priorite": "Priorité",
    "objectif": "Objectif",
    "moyen": "Moyen",
    "indicateur": "Indicateur",
    "collaborateur": "Collaboration",
}
CONTEXTE = 1  # blocs inchangés montrés de chaque côté d'un changement


class Segment(NamedTuple):
    """Un bout de texte : `genre` vaut `egal`, `ajout` ou `retrait`."""

    genre: str
    texte: str


class Passage(NamedTuple):
    """Un segment prêt à lire : ses blancs sont hors de la marque, et deux mots marqués ne se touchent pas."""

    genre: str
    avant: str
    texte: str
    apres: str


def passages(segments) -> list[Passage]:
    """Les segments d'un bloc, prêts à lire à l'œil, à l'oreille et une fois copiés."""
    suite = []
    for segment in segments:
        texte = segment.texte.strip() or segment.texte
        debut = segment.texte.index(texte)
        avant, apres = segment.texte[:debut], segment.texte[debut + len(texte) :]
        remplace = suite and (suite[-1].genre, segment.genre) == ("retrait", "ajout")
        if remplace and not (suite[-1].apres or avant):
            avant = " "
        suite.append(Passage(segment.genre, avant, texte, apres))
    return suite


@dataclass(frozen=True)
class Bloc:
    """Un paragraphe, un titre, un élément de liste ou une rangée de tableau (`ligne`, par cellules)."""

    genre: str
    etat: str
    segments: tuple[Segment, ...] = ()
    cellules: tuple[tuple[Segment, ...], ...] = ()
    niveau: int = 0


class Partie(NamedTuple):
    """Des blocs voisins à rendre ensemble; `repliee` : inchangés, assez loin d'un changement."""

    genre: str
    blocs: tuple[Bloc, ...]
    repliee: bool = False

    @property
    def suites(self) -> list["Partie"]:
        return Differences(self.blocs).suites


class Differences(tuple):
    """Les blocs de deux textes comparés, dans l'ordre de lecture."""

    @property
    def identique(self) -> bool:
        return all(bloc.etat == "inchange" for bloc in self)

    @property
    def suites(self) -> list[Partie]:
        """Les blocs regroupés par genre : une liste, un tableau, ou un bloc seul."""
        return [Partie(genre, tuple(blocs)) for genre, blocs in groupby(self, key=lambda bloc: bloc.genre)]

    @property
    def parties(self) -> list[Partie]:
        """Comme `suites`, mais ce qui est inchangé et loin d'un changement est mis à part, replié."""
        changes = [rang for rang, bloc in enumerate(self) if bloc.etat != "inchange"]
        pres = {rang + ecart for rang in changes for ecart in range(-CONTEXTE, CONTEXTE + 1)}
        parties = []
        for visible, rangs in groupby(range(len(self)), key=pres.__contains__):
            blocs = tuple(self[rang] for rang in rangs)
            if visible or len(blocs) == 1:
                parties.extend(Differences(blocs).suites)
            else:
                parties.append(Partie("replie", blocs, repliee=True))
        return parties


@dataclass(frozen=True)
class Champ:
    """Un champ : `segments` pour une valeur simple, `blocs` pour un texte riche."""

    code: str
    libelle: str
    etat: str
    segments: tuple[Segment, ...] = ()
    blocs: Differences = Differences()


@dataclass(frozen=True)
class Element:
    """Une section, une priorité, un objectif, un moyen, un indicateur, un collaborateur, ou un renseignement."""

    genre: str
    cle: str
    titre: str
    etat: str
    numero: str = ""
    ancien_numero: str = ""
    deplace: bool = False
    champs: tuple[Champ, ...] = ()
    enfants: tuple["Element", ...] = ()

    @property
    def intitule(self) -> str:
        """« Objectif 1.2 – Réduire l'isolement », « Collaboration – Centre de femmes »; une section, son titre seul."""
        tiret = "–" if self.numero or self.genre == "collaborateur" else ""
        return " ".join(filter(None, (NOMS.get(self.genre), self.numero, tiret, self.titre)))

    @property
    def change(self) -> bool:
        """Lui-même, sans égard à ce qu'il contient."""
        return self.etat != "inchange" or self.deplace

    @property
    def accord(self) -> str:
        """La marque du féminin de la pastille : « Ajoutée »."""
        return "e" if self.genre in FEMININS else ""

    @property
    def touche(self) -> bool:
        """Lui-même ou quelque chose qu'il contient."""
        return self.change or any(enfant.touche for enfant in self.enfants)

    @property
    def champs_changes(self) -> list[Champ]:
        return [champ for champ in self.champs if champ.etat != "inchange"]

    @property
    def enfants_inchanges(self) -> list["Element"]:
        return [enfant for enfant in self.enfants if not enfant.touche]

    @property
    def champs_inchanges(self) -> list[Champ]:
        return [champ for champ in self.champs if champ.etat == "inchange"]


@dataclass(frozen=True)
class Groupe:
    """Une partie du plan : `code` vaut `entete`, `sections`, `priorites`, `gouvernance` ou `participation`."""

    code: str
    titre: str
    elements: tuple[Element, ...]

    @property
    def touche(self) -> bool:
        return any(element.touche for element in self.elements)

    @property
    def touches(self) -> list[Element]:
        return [element for element in self.elements if element.touche]

    @property
    def inchanges(self) -> list[Element]:
        return [element for element in self.elements if not element.touche]

    @property
    def resume_inchanges(self) -> str:
        """« Sections rédigées : sans changement, 11 sur 13 », le titre du volet qui les replie."""
        return f"{self.titre}\xa0: sans changement, {len(self.inchanges)} sur {len(self.elements)}"


@dataclass(frozen=True)
class Comparaison:
    groupes: tuple[Groupe, ...]

    def groupe(self, code: str) -> Groupe:
        return next(groupe for groupe in self.groupes if groupe.code == code)

    @property
    def sections(self) -> tuple[Element, ...]:
        return self.groupe("sections").elements

    @property
    def priorites(self) -> tuple[Element, ...]:
        return self.groupe("priorites").elements

    @property
    def identique(self) -> bool:
        return not any(groupe.touche for groupe in self.groupes)
