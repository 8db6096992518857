"""Lire `docs/etats.md` : ses tableaux d'états et de gestes, par partie de la page."""

import inspect
import re
from dataclasses import dataclass

from django.conf import settings

GESTES = 7  # colonnes d'un tableau de gestes


@dataclass(frozen=True)
class Ligne:
    """Une rangée du tableau des gestes."""

    objet: str
    depart: frozenset
    geste: str
    droit: str
    roles: frozenset
    arrivee: str


def codes(cellule):
    return re.findall(r"`([a-z_A-Z-]+)`", cellule)


def rangees(colonnes, partie=""):
    """Les rangées des tableaux qui ont ce nombre de colonnes, sans leurs en-têtes; `partie` est un titre de la page."""
    page = (settings.RACINE / "docs/etats.md").read_text(encoding="utf-8")
    if partie:
        page = page.split(f"\n## {partie}\n")[1].split("\n## ")[0]
    for ligne in page.splitlines():
        cellules = [cellule.strip() for cellule in ligne.strip("|").split("|")]
        if ligne.startswith("| `") and len(cellules) == colonnes:
            yield cellules


def lignes(objets):
    """Les gestes que la page donne à ces objets."""
    toutes = [
        Ligne(
            codes(objet)[0],
            frozenset(codes(depart)),
            codes(geste)[0],
            codes(droit)[0],
            frozenset(codes(roles)),
            (codes(arrivee) or [arrivee])[0],
        )
        for objet, depart, geste, droit, roles, arrivee, _ in rangees(GESTES)
    ]
    return [ligne for ligne in toutes if ligne.objet in objets]


def objets_de_la_page():
    return {codes(cellules[0])[0] for cellules in rangees(GESTES)}


def gestes(modele, outils=()):
    """Les méthodes publiques d'un modèle qui demandent une personne par `par=`, sauf celles qui servent les gestes."""
    for nom, methode in inspect.getmembers(modele, callable):
        if nom.startswith("_") or nom in outils:
            continue
        try:
            parametre = inspect.signature(methode).parameters.get("par")
        except (TypeError, ValueError):
            continue
        if parametre and parametre.kind is parametre.KEYWORD_ONLY:
            yield nom
