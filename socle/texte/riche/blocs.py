"""Le modèle du texte riche : une suite plate de blocs, chacun fait de passages.

Une liste est une suite de blocs `li` qui portent leur niveau (1 à 4) et leur sorte; l'imbrication n'existe que
dans le HTML écrit. C'est aussi la forme que donne Word, et celle que la comparaison de versions parcourt.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

SAUT = "\n"  # le texte d'un passage qui est un saut de ligne
NIVEAU_MAX = 4
COLONNES_MAX = 12

_RETIRES = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\ue000-\uf0a6\uf0a8-\uf0b6\uf0b8-\uf8ff]"
)
_BLANCS = re.compile(r"\s+")
_INSECABLE = re.compile(r"(?<=[«\d])\u00a0|\u00a0(?=[:;!?»%$°])")
_PUCE = re.compile(r"[•·▪◦‣\uf0b7\uf0a7]\s+")


class Passage(NamedTuple):
    """Un bout de texte d'un seul tenant : mêmes marques, même lien."""

    texte: str
    gras: bool = False
    italique: bool = False
    lien: str = ""

    @property
    def marques(self):
        return self[1:]


class Rangee(NamedTuple):
    """Une rangée de tableau; `entete` : sa première cellule en nomme le contenu."""

    cellules: tuple[tuple[Passage, ...], ...]
    entete: bool = False


@dataclass(frozen=True, slots=True)
class Bloc:
    """Un paragraphe (`p`), un titre (`h3`, `h4`), un élément de liste (`li`) ou un tableau (`table`)."""

    genre: str
    passages: tuple[Passage, ...] = ()
    niveau: int = 0
    ordonnee: bool = False
    rangees: tuple[Rangee, ...] = ()
    legende: tuple[Passage, ...] = ()


def mots(passages: Iterable[Passage], saut: str = " ") -> str:
    """Le texte des passages, sans marque ni lien."""
    return "".join(saut if passage.texte == SAUT else passage.texte for passage in passages)


def descendre(blocs: Iterable[Bloc], sous: int) -> Iterator[Bloc]:
    """Les mêmes blocs; leurs titres (deux niveaux) descendent sous un titre de niveau `sous`, sans saut."""
    niveau = sous
    for bloc in blocs:
        if bloc.genre in ("h3", "h4"):
            niveau = min(sous + int(bloc.genre[1]) - 2, niveau + 1, 6)
            bloc = replace(bloc, genre=f"h{niveau}")
        yield bloc


def ranger(blocs: Iterable[Bloc]) -> Iterator[Bloc]:
    """Les mêmes blocs sous leur forme canonique : sans vide, sans espace double, niveaux de liste sans trou."""
    niveau = 0
    for bloc in blocs:
        for range_ in _ranger_tableau(bloc) if bloc.genre == "table" else _ranger_texte(bloc):
            if range_.genre == "li":
                niveau = min(max(range_.niveau, 1), niveau + 1, NIVEAU_MAX)
                range_ = replace(range_, niveau=niveau)
            else:
                niveau = 0
            yield range_


def _ranger_texte(bloc: Bloc) -> Iterator[Bloc]:
    if bloc.genre in ("h3", "h4"):
        passages = [p._replace(gras=False, texte=" " if p.texte == SAUT else p.texte) for p in bloc.passages]
        if passages := ranger_passages(passages):
            yield Bloc(bloc.genre, passages)
    elif bloc.genre == "li":
        if passages := ranger_passages(bloc.passages):
            yield replace(bloc, passages=passages)
    else:
        for morceau in _separer_aux_sauts_doubles(bloc.passages):
            if passages := ranger_passages(morceau):
                yield _element_de_liste(passages) or Bloc("p", passages)


def _element_de_liste(passages) -> Bloc | None:
    """Un paragraphe qui commence par une puce collée d'ailleurs est un élément de liste."""
    premier = passages[0]
    if not (puce := _PUCE.match(premier.texte)) or SAUT in (p.texte for p in passages):
        return None
    reste = ranger_passages([premier._replace(texte=premier.texte[puce.end() :]), *passages[1:]])
    return Bloc("li", reste, niveau=1) if reste else None


def _separer_aux_sauts_doubles(passages) -> Iterator[list[Passage]]:
    morceau, sauts = [], 0
    for passage in passages:
        if passage.texte == SAUT:
            sauts += 1
        elif passage.texte.strip():
            if sauts > 1:
                yield morceau
                morceau = []
            sauts = 0
        morceau.append(passage)
    yield morceau


def ranger_passages(passages: Iterable[Passage], *, sauts: bool = True) -> tuple[Passage, ...]:
    """Passages voisins réunis, espaces réduites et sorties des marques, bords taillés."""
    sortie: list[Passage] = []
    for passage in _reunir(passages):
        if passage.texte == SAUT and sauts:
            _tailler_la_fin(sortie)
            if sortie and sortie[-1].texte != SAUT:
                sortie.append(Passage(SAUT))
            continue
        texte = _caracteres(passage.texte)
        if not sortie or sortie[-1].texte[-1] in " \n\u00a0":
            texte = texte.lstrip()
        if passage.marques == (False, False, "") or not texte:
            sortie.extend([Passage(texte)] if texte else [])
            continue
        coeur = texte.strip(" ")
        avant, apres = texte[: len(texte) - len(texte.lstrip(" "))], texte[len(texte.rstrip(" ")) :]
        sortie.extend([Passage(" ")] if avant else [])
        sortie.extend([passage._replace(texte=coeur)] if coeur else [])
        sortie.extend([Passage(" ")] if apres and coeur else [])
    _tailler_la_fin(sortie)
    while sortie and sortie[-1].texte == SAUT:
        sortie.pop()
        _tailler_la_fin(sortie)
    return tuple(_reunir(sortie))


def _tailler_la_fin(sortie: list[Passage]) -> None:
    while sortie and sortie[-1].texte != SAUT:
        if reste := sortie[-1].texte.rstrip():
            sortie[-1] = sortie[-1]._replace(texte=reste)
            return
        sortie.pop()


def _reunir(passages) -> Iterator[Passage]:
    def cle(passage):
        return (False, False, "", True) if passage.texte == SAUT else (*passage.marques, False)

    for (gras, italique, lien, saut), groupe in groupby(passages, key=cle):
        if saut:
            yield from (Passage(SAUT) for _ in groupe)
        elif texte := "".join(p.texte for p in groupe):
            yield Passage(texte, gras, italique, lien)


def _caracteres(texte: str) -> str:
    texte = unicodedata.normalize("NFC", _RETIRES.sub("", texte)).replace("\u202f", "\u00a0")
    texte = _BLANCS.sub(lambda m: "\u00a0" if m[0] == "\u00a0" else " ", texte)
    if "\u00a0" in texte:
        texte = _INSECABLE.sub("\ue000", texte).replace("\u00a0", " ").replace("\ue000", "\u00a0")
    return texte


def _ranger_tableau(tableau: Bloc) -> Iterator[Bloc]:
    rangees = [Rangee(tuple(ranger_passages(c) for c in r.cellules), r.entete) for r in tableau.rangees]
    rangees = [_limiter(r) for r in rangees if any(r.cellules)]
    legende = [p._replace(texte=" ") if p.texte == SAUT else p for p in tableau.legende]
    legende = ranger_passages(legende)
    largeur = max((rang for r in rangees for rang, c in enumerate(r.cellules, start=1) if c), default=0)
    if len(rangees) * largeur <= 1:  # une boîte de mise en page plutôt qu'un tableau
        for passages in (legende, *(r.cellules[0] for r in rangees)):
            yield from _ranger_texte(Bloc("p", passages))
        return
    rangees = [r._replace(cellules=(r.cellules + ((),) * largeur)[:largeur]) for r in rangees]
    rangees[0] = rangees[0]._replace(entete=False)  # la première rangée est tout entière d'en-têtes
    rangees = [r._replace(entete=r.entete and bool(r.cellules[0])) for r in rangees]
    yield Bloc("table", rangees=tuple(rangees), legende=legende)


def _limiter(rangee: Rangee) -> Rangee:
    """Ce qui dépasse la dernière colonne permise y est ajouté, à la ligne : rien n'est perdu."""
    gardees, reste = rangee.cellules[: COLONNES_MAX - 1], rangee.cellules[COLONNES_MAX - 1 :]
    if len(reste) > 1:
        derniere = [p for cellule in reste for p in (*cellule, Passage(SAUT))]
        reste = (ranger_passages(derniere),)
    return rangee._replace(cellules=gardees + reste)
