"""Un tableau large, lisible à l'étroit : chaque rangée y devient une fiche (`static/css/composants.css`).

Preuve du `mark_safe` : ce qui n'est pas déjà sûr est échappé. Une balise est lue d'un bout à l'autre, valeurs
d'attributs comprises; on n'y ajoute que des rôles constants et le texte des en-têtes, échappé ici.
"""

import re
from functools import lru_cache
from html import unescape

from django.utils.html import conditional_escape, escape, strip_tags
from django.utils.safestring import mark_safe

TABLEAU = re.compile(r"<table\b.*?</table>", re.DOTALL)
TETE = re.compile(r"<thead\b.*?</thead>", re.DOTALL)
COLONNE = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.DOTALL)
BALISE = re.compile(r"""<(\w+)((?:[^"'>]|"[^"]*"|'[^']*')*)>(?:\s+(?=</td>))?""")
TITRE = re.compile(r'\bdata-titre="([^"]*)"')
ETENDUE = re.compile(r'\bcolspan="(\d+)"')
ROLES = {
    "table": "table",
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tfoot": "rowgroup",
    "tr": "row",
    "td": "cell",
}


def en_fiches(html):
    """Le même HTML; ses tableaux d'au moins trois colonnes nommées sont prêts à s'empiler.

    Chaque cellule retient le nom de sa colonne (`data-titre`, que l'en-tête peut changer ou taire), sauf celle des
    gestes, qui parlent d'eux-mêmes. Les rôles sont écrits : affiché en blocs, un tableau perd les siens dans plusieurs
    navigateurs.
    """
    return mark_safe(_etiqueter(str(conditional_escape(html))))


@lru_cache(maxsize=256)
def _etiqueter(html):
    return TABLEAU.sub(_tableau, html)


def _tableau(tableau):
    tete = TETE.search(tableau[0])
    titres = [_titre(*colonne) for colonne in COLONNE.findall(tete[0])] if tete else []
    if len(titres) < 3:
        return tableau[0]
    rang = 0

    def completer(balise):
        nonlocal rang
        nom, attributs = balise[1], balise[2]
        if nom not in ROLES and nom != "th":
            return balise[0]
        role = ROLES.get(nom) or ("rowheader" if 'scope="row"' in attributs else "columnheader")
        ajouts = f' role="{role}"'
        if nom == "table":
            ajouts += ' class="en-fiches"'
        elif nom == "tr":
            rang = 0
        elif nom in ("th", "td"):
            etendue = ETENDUE.search(attributs)
            titre = titres[rang] if rang < len(titres) else ""
            if titre and nom == "td" and not etendue and "gestes" not in attributs:
                ajouts += f' data-titre="{titre}"'
            rang += int(etendue[1]) if etendue else 1
        return f"<{nom}{attributs}{ajouts}>"

    return BALISE.sub(completer, tableau[0])


def _titre(attributs, contenu):
    donne = TITRE.search(attributs)
    return escape(unescape(donne[1] if donne else strip_tags(contenu)).strip())
