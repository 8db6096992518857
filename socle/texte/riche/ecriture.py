"""Écrire des blocs en HTML. Seul endroit où naissent des balises : le texte et les adresses y sont échappés."""

from collections.abc import Iterable
from html import escape
from itertools import groupby

from socle.texte.riche.blocs import SAUT, Bloc


def ecrire_html(blocs: Iterable[Bloc], *, en_fiches: bool = False) -> str:
    """Le HTML canonique de blocs rangés; `en_fiches`, celui de l'écran, dont les tableaux se lisent à l'étroit."""
    morceaux = []
    for en_liste, groupe in groupby(blocs, key=lambda bloc: bloc.genre == "li"):
        if en_liste:
            morceaux.extend(_liste(groupe))
            continue
        for bloc in groupe:
            if bloc.genre == "table":
                morceaux.extend((_tableau_en_fiches if en_fiches else _tableau)(bloc))
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


def _tableau(tableau: Bloc):
    entete, *corps = tableau.rangees
    yield "<table>"
    if tableau.legende:
        yield f"<caption>{_passages(tableau.legende)}</caption>"
    yield "<thead><tr>"
    yield from (f'<th scope="col">{_passages(cellule)}</th>' for cellule in entete.cellules)
    yield "</tr></thead>"
    if corps:
        yield "<tbody>"
    for rangee in corps:
        premiere, *suite = rangee.cellules
        texte = _passages(premiere)
        yield f'<tr><th scope="row">{texte}</th>' if rangee.entete else f"<tr><td>{texte}</td>"
        yield from (f"<td>{_passages(cellule)}</td>" for cellule in suite)
        yield "</tr>"
    yield "</tbody></table>" if corps else "</table>"


def _tableau_en_fiches(tableau: Bloc):
    """Le même, pour l'étroit : chaque cellule retient le nom de sa colonne, chaque partie dit son rôle."""
    entete, *corps = tableau.rangees
    if len(entete.cellules) < 3:
        yield from _tableau(tableau)
        return
    titres = ["".join(p.texte for p in cellule) for cellule in entete.cellules]
    yield '<table role="table" class="en-fiches">'
    if tableau.legende:
        yield f"<caption>{_passages(tableau.legende)}</caption>"
    yield '<thead role="rowgroup"><tr role="row">'
    for cellule in entete.cellules:
        yield f'<th scope="col" role="columnheader">{_passages(cellule)}</th>'
    yield "</tr></thead>"
    if corps:
        yield '<tbody role="rowgroup">'
    for rangee in corps:
        yield '<tr role="row">'
        for rang, cellule in enumerate(rangee.cellules):
            texte = _passages(cellule)
            if rangee.entete and rang == 0:
                yield f'<th scope="row" role="rowheader">{texte}</th>'
            else:
                yield f'<td role="cell" data-titre="{escape(" ".join(titres[rang].split()))}">{texte}</td>'
        yield "</tr>"
    yield "</tbody></table>" if corps else "</table>"


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
