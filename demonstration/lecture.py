"""Lire les contenus de la démonstration : fiches TOML et fragments HTML, sans rien connaître de la base.

Un plan lu a la forme `{"sections": {code: html}, "priorites": [priorité → objectifs → moyens]}`.
"""

import tomllib
from functools import cache
from pathlib import Path

CONTENUS = Path(__file__).parent / "contenus"


@cache
def fiche(nom):
    """Une fiche TOML de `contenus/`, désignée par son chemin sans suffixe."""
    with (CONTENUS / f"{nom}.toml").open("rb") as fichier:
        return tomllib.load(fichier)


@cache
def textes(dossier):
    """Les sections d'un dossier : {code: html}."""
    return {
        chemin.stem: chemin.read_text(encoding="utf-8").strip()
        for chemin in sorted((CONTENUS / dossier).glob("*.html"))
    }


def plan_ecrit(nom, sans=None):
    """Un plan écrit en entier, dans son dossier, ses priorités dans l'ordre des fichiers; `sans` en laisse une."""
    fichiers = sorted((CONTENUS / nom / "priorites").glob("*.toml"))
    return {
        "sections": textes(f"{nom}/sections"),
        "priorites": [fiche(f"{nom}/priorites/{f.stem}") for f in fichiers if f.stem != sans],
    }
