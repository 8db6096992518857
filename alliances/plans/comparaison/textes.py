"""Deux textes riches comparés : les paragraphes d'abord, puis les mots des paragraphes changés."""

import re
from collections import Counter
from itertools import groupby
from typing import NamedTuple

from alliances.plans.comparaison.alignement import aligner
from alliances.plans.comparaison.formes import Bloc, Differences, Segment
from socle.texte.riche import blocs_de
from socle.texte.riche.blocs import SAUT

# Bornes du travail : au-delà, un paragraphe est montré retiré puis ajouté en entier.
ECARTS_DE_BLOCS, ECARTS_DE_MOTS, APPARIEMENT_MAX = 400, 300, 400
RESSEMBLANCE_MIN = 0.4

_MOT = re.compile(r"\w+(?:[’'.,\-]\w+)*|\s+|[^\w\s]")
_LETTRES_ISOLEES = 4  # entre deux changements, « de » ou « la » restés en place gênent la lecture


class _Texte(NamedTuple):
    """Un bloc réduit à ses mots; plusieurs cellules pour une rangée de tableau."""

    genre: str
    cellules: tuple[str, ...]
    niveau: int = 0


def differences_de_texte(avant: str, apres: str) -> Differences:
    """Les blocs de deux HTML, marqués. Les mots comptent, la mise en forme non; une adresse de lien compte."""
    anciens, nouveaux = _textes(avant), _textes(apres)
    blocs = []
    for plage in aligner(
        [texte.cellules for texte in anciens],
        [texte.cellules for texte in nouveaux],
        ecarts_max=ECARTS_DE_BLOCS,
    ):
        retires, ajoutes = anciens[plage.i1 : plage.i2], nouveaux[plage.j1 : plage.j2]
        if plage.egale:
            blocs.extend(_bloc(texte, texte) for texte in ajoutes)
        else:
            blocs.extend(_bloc(ancien, nouveau) for ancien, nouveau in _apparier(retires, ajoutes))
    return Differences(blocs)


def differences_de_mots(avant: str, apres: str) -> tuple[Segment, ...]:
    """Les segments égaux, retirés et ajoutés de deux textes simples."""
    if avant == apres:
        return (Segment("egal", apres),) if apres else ()
    mots_avant, mots_apres = _MOT.findall(avant), _MOT.findall(apres)
    plages = aligner(mots_avant, mots_apres, ecarts_max=ECARTS_DE_MOTS)
    egales = sum(_lettres(mots_avant[p.i1 : p.i2]) for p in plages if p.egale)
    if egales * 4 < max(_lettres(mots_avant), _lettres(mots_apres)):  # trop peu en commun pour être lisible
        return _reunir([("", avant, apres)])
    morceaux = []
    for rang, plage in enumerate(plages):
        retire, ajoute = "".join(mots_avant[plage.i1 : plage.i2]), "".join(mots_apres[plage.j1 : plage.j2])
        au_milieu = 0 < rang < len(plages) - 1
        if plage.egale and not (au_milieu and _lettres(mots_avant[plage.i1 : plage.i2]) < _LETTRES_ISOLEES):
            morceaux.append((retire, "", ""))
        else:
            morceaux.append(("", retire, ajoute))
    return _reunir(morceaux)


def _reunir(morceaux) -> tuple[Segment, ...]:
    """Des triplets (égal, retiré, ajouté) aux segments; les changements voisins n'en font qu'un."""
    segments = []
    for egal, groupe in groupby(morceaux, key=lambda morceau: bool(morceau[0])):
        groupe = list(groupe)
        if egal:
            segments.append(Segment("egal", "".join(m[0] for m in groupe)))
        else:
            segments.append(Segment("retrait", "".join(m[1] for m in groupe)))
            segments.append(Segment("ajout", "".join(m[2] for m in groupe)))
    return tuple(segment for segment in segments if segment.texte)


def _lettres(mots) -> int:
    return sum(len(mot) for mot in mots if mot[0].isalnum())


def _bloc(ancien: _Texte | None, nouveau: _Texte | None) -> Bloc:
    reste = nouveau or ancien
    if ancien and nouveau:
        etat = "inchange" if ancien.cellules == nouveau.cellules else "modifie"
        largeur = max(len(ancien.cellules), len(nouveau.cellules))
        paires = zip(_completer(ancien.cellules, largeur), _completer(nouveau.cellules, largeur), strict=True)
        segments = tuple(differences_de_mots(a, b) for a, b in paires)
    else:
        etat, genre = ("ajoute", "ajout") if nouveau else ("retire", "retrait")
        segments = tuple((Segment(genre, cellule),) if cellule else () for cellule in reste.cellules)
    if reste.genre == "ligne":
        return Bloc("ligne", etat, cellules=segments)
    return Bloc(reste.genre, etat, segments=segments[0], niveau=reste.niveau)


def _completer(cellules, largeur):
    return cellules + ("",) * (largeur - len(cellules))


def _apparier(anciens, nouveaux) -> list[tuple[_Texte | None, _Texte | None]]:
    """Les paires qui se ressemblent le plus, sans croiser l'ordre; les autres sont seules."""
    n, m = len(anciens), len(nouveaux)
    if n * m > APPARIEMENT_MAX:
        return [(texte, None) for texte in anciens] + [(None, texte) for texte in nouveaux]
    comptes = [
        [Counter(" ".join(t.cellules).casefold().split()) for t in suite] for suite in (anciens, nouveaux)
    ]
    valeurs = [[0.0] * (m + 1) for _ in range(n + 1)]
    proches = [[_ressemblance(a, b) for b in comptes[1]] for a in comptes[0]]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            ensemble = proches[i][j] + valeurs[i + 1][j + 1] if proches[i][j] else 0.0
            valeurs[i][j] = max(ensemble, valeurs[i + 1][j], valeurs[i][j + 1])
    paires, i, j = [], 0, 0
    while i < n or j < m:
        if i < n and j < m and proches[i][j] and valeurs[i][j] == proches[i][j] + valeurs[i + 1][j + 1]:
            paires.append((anciens[i], nouveaux[j]))
            i, j = i + 1, j + 1
        elif i < n and (j == m or valeurs[i][j] == valeurs[i + 1][j]):
            paires.append((anciens[i], None))
            i += 1
        else:
            paires.append((None, nouveaux[j]))
            j += 1
    return paires


def _ressemblance(a: Counter, b: Counter) -> float:
    """Part des mots en commun (coefficient de Dice); 0 sous le seuil."""
    total = a.total() + b.total()
    part = 2 * (a & b).total() / total if total else 0.0
    return part if part >= RESSEMBLANCE_MIN else 0.0


def _textes(html: str) -> list[_Texte]:
    textes = []
    for bloc in blocs_de(html or ""):
        if bloc.genre == "table":
            if bloc.legende:
                textes.append(_Texte("p", (_mots(bloc.legende),)))
            textes.extend(_Texte("ligne", tuple(map(_mots, rangee.cellules))) for rangee in bloc.rangees)
        else:
            textes.append(_Texte(bloc.genre, (_mots(bloc.passages),), bloc.niveau))
    return textes


def _mots(passages) -> str:
    texte = ""
    for lien, groupe in groupby(passages, key=lambda passage: passage.lien):
        dedans = "".join("\n" if p.texte == SAUT else p.texte for p in groupe)
        texte += f"{dedans} ({lien})" if lien and lien != dedans else dedans
    return texte
