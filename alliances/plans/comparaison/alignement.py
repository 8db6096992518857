"""Aligner deux suites : le plus court chemin d'E. W. Myers (1986), borné pour rester rapide sur tout texte.

`difflib.SequenceMatcher` est quadratique, ou cubique sur des mots répétés; celui-ci coûte (n + m) × écarts.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple


class Plage(NamedTuple):
    """`avant[i1:i2]` devient `apres[j1:j2]`; égales si `egale`."""

    egale: bool
    i1: int
    i2: int
    j1: int
    j2: int


def aligner(avant: Sequence[Hashable], apres: Sequence[Hashable], *, ecarts_max: int) -> list[Plage]:
    """Les plages égales et changées, en alternance. Au-delà de `ecarts_max`, tout le milieu est dit changé."""
    debut, limite = 0, min(len(avant), len(apres))
    while debut < limite and avant[debut] == apres[debut]:
        debut += 1
    fin = 0
    while fin < limite - debut and avant[-1 - fin] == apres[-1 - fin]:
        fin += 1
    n, m = len(avant) - fin, len(apres) - fin
    communs = [(i, i) for i in range(debut)]
    communs += [(debut + i, debut + j) for i, j in _communs(avant[debut:n], apres[debut:m], ecarts_max)]
    communs += [(n + rang, m + rang) for rang in range(fin)]
    return _plages(communs, len(avant), len(apres))


def _communs(avant, apres, ecarts_max) -> list[tuple[int, int]]:
    n, m = len(avant), len(apres)
    if not n or not m:
        return []
    loin, traces = {1: 0}, []
    for ecarts in range(min(n + m, ecarts_max) + 1):
        traces.append(dict(loin))
        for k in range(-ecarts, ecarts + 1, 2):
            descend = k == -ecarts or (k != ecarts and loin[k - 1] < loin[k + 1])
            x = loin[k + 1] if descend else loin[k - 1] + 1
            while x < n and x - k < m and avant[x] == apres[x - k]:
                x += 1
            loin[k] = x
            if x >= n and x - k >= m:
                return _remonter(traces, n, m)
    return []


def _remonter(traces, x, y) -> list[tuple[int, int]]:
    communs = []
    for ecarts in range(len(traces) - 1, -1, -1):
        loin, k = traces[ecarts], x - y
        descend = k == -ecarts or (k != ecarts and loin[k - 1] < loin[k + 1])
        avant_k = k + 1 if descend else k - 1
        avant_x = loin[avant_k] if ecarts else 0
        avant_y = avant_x - avant_k if ecarts else 0
        while x > avant_x and y > avant_y:
            x, y = x - 1, y - 1
            communs.append((x, y))
        x, y = avant_x, avant_y
    return communs[::-1]


def _plages(communs, n, m) -> list[Plage]:
    plages, i, j = [], 0, 0
    for x, y in [*communs, (n, m)]:
        if x > i or y > j:
            plages.append(Plage(False, i, x, j, y))
        if x < n or y < m:
            derniere = plages[-1] if plages else None
            if derniere and derniere.egale and (derniere.i2, derniere.j2) == (x, y):
                plages[-1] = derniere._replace(i2=x + 1, j2=y + 1)
            elif x < n and y < m:
                plages.append(Plage(True, x, x + 1, y, y + 1))
        i, j = x + 1, y + 1
    return plages
