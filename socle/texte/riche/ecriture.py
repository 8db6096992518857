"""Écrire des blocs en HTML. Seul endroit où naissent des balises : le texte et les adresses y sont échappés."""

from collections.abc import Iterable
from functools import partial
from html import escape
from itertools import groupby

from socle.texte.riche.blocs import SAUT, Bloc, mots

COLONNES_D_UNE_FICHE = 3  # à deux colonnes, un tableau se lit tel quel à l'étroit
TH_COL, TH_ROW = 'th scope="col"', 'th scope="row"'
# Affiché en blocs, un tableau perd ses rôles dans plusieurs navigateurs : ils sont écrits.
_EN_FICHES = {
    "table": 'role="table" class="en-fiches"',
    "thead": 'role="rowgroup"',
    "tbody": 'role="rowgroup"',
    "tr": 'role="row"',
    "td": 'role="cell"',
    TH_COL: 'role="columnheader"',
    TH_ROW: 'role="rowheader"',
}


def ecrire_html(blocs: Iterable[Bloc], *, fiches: bool = False) -> str:
    """Le HTML canonique de blocs rangés.

    `fiches` : à l'étroit, chaque rangée d'un tableau devient une fiche (`static/css/composants.css`).
    """
    morceaux = []
    for en_liste, groupe in groupby(blocs, key=lambda bloc: bloc.genre == "li"):
        if en_liste:
            morceaux.extend(_liste(groupe))
            continue
        for bloc in groupe:
            if bloc.genre == "table":
                morceaux.extend(_tableau(bloc, fiches))
            else:
                morceaux.append(f"<{bloc.genre}>{_passages(bloc.passages)}</{bloc.genre}>")
    return "".join(morceaux)


def _liste(elements):
    ouvertes: list[str] = []  # une balise de liste par niveau ouvert, chacune avec un `li` à fermer
    for element in elements:
        balise = "ol" if element.ordonnee else "ul"
        while len(ouvertes) > element.niveau:
            yield f"</li></{ouvertes.pop()}>"
        if len(ouvertes) == element.niveau:
            yield "</li>"
            if ouvertes[-1] != balise:
                yield f"</{ouvertes.pop()}>"
        if len(ouvertes) < element.niveau:
            ouvertes.append(balise)
            yield f"<{balise}>"
        yield f"<li>{_passages(element.passages)}"
    while ouvertes:
        yield f"</li></{ouvertes.pop()}>"


def _tableau(tableau: Bloc, fiches):
    entete, *corps = tableau.rangees
    en_fiches = fiches and len(entete.cellules) >= COLONNES_D_UNE_FICHE
    titres = [escape(mots(cellule)) if en_fiches else "" for cellule in entete.cellules]
    ouvrir = partial(_ouvrir, en_fiches=en_fiches)
    yield ouvrir("table")
    if tableau.legende:
        yield f"<caption>{_passages(tableau.legende)}</caption>"
    yield ouvrir("thead") + ouvrir("tr")
    yield from (f"{ouvrir(TH_COL)}{_passages(cellule)}</th>" for cellule in entete.cellules)
    yield "</tr></thead>"
    if corps:
        yield ouvrir("tbody")
        for rangee in corps:
            yield from _rangee(rangee, titres, ouvrir)
        yield "</tbody>"
    yield "</table>"


def _rangee(rangee, titres, ouvrir):
    yield ouvrir("tr")
    for rang, (cellule, titre) in enumerate(zip(rangee.cellules, titres, strict=True)):
        if rang == 0 and rangee.entete:
            yield f"{ouvrir(TH_ROW)}{_passages(cellule)}</th>"
        else:
            yield f"{ouvrir('td', titre=titre)}{_passages(cellule)}</td>"
    yield "</tr>"


def _ouvrir(balise, *, en_fiches, titre=""):
    """La balise ouvrante; `titre` nomme la colonne d'une cellule que sa fiche isole de son en-tête."""
    role = f" {_EN_FICHES[balise]}" if en_fiches else ""
    return f'<{balise}{role} data-titre="{titre}">' if titre else f"<{balise}{role}>"


def _passages(passages) -> str:
    return "".join(_lien(lien, groupe) for lien, groupe in groupby(passages, key=lambda p: p.lien))


def _lien(lien, passages) -> str:
    texte = ""
    for gras, groupe in groupby(passages, key=lambda p: p.gras):
        dedans = "".join(map(_italique, groupe))
        texte += f"<strong>{dedans}</strong>" if gras else dedans
    return f'<a href="{escape(lien)}">{texte}</a>' if lien else texte


def _italique(passage) -> str:
    if passage.texte == SAUT:
        return "<br>"
    texte = escape(passage.texte, quote=False)
    return f"<em>{texte}</em>" if passage.italique else texte
