"""CONTRIBUTING.md montre du code de la maison : un exemple qui s'écarte de son fichier se voit ici."""

import re

import pytest
from django.conf import settings

PAGE = (settings.RACINE / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXEMPLE = re.compile(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", re.M | re.S)
EXEMPLES = EXEMPLE.findall(PAGE)
SUJETS = ("un geste", "une annonce", "une attente", "une liste", "un formulaire", "une règle")


@pytest.mark.parametrize("fichier, extrait", EXEMPLES)
def test_un_exemple_est_tire_du_code(fichier, extrait):
    assert extrait.rstrip() in (settings.RACINE / fichier).read_text(encoding="utf-8")


def test_chaque_extrait_de_code_nomme_son_fichier():
    assert PAGE.count("```\n") == len(EXEMPLES)


@pytest.mark.parametrize("sujet", SUJETS)
def test_ce_qu_on_ajoute_le_plus_souvent_a_son_exemple(sujet):
    partie = PAGE.split(f"## Ajouter {sujet}\n")[1].split("\n## ")[0]
    assert EXEMPLE.search(partie)


def test_les_fichiers_que_la_page_nomme_existent():
    nommes = re.findall(r"`((?:docs|tests|socle|conventions|alliances|templates)/[\w./]+\.\w+)`", PAGE)
    assert [nom for nom in nommes if not (settings.RACINE / nom).exists()] == []


def test_les_noms_que_la_page_donne_existent():
    """Une constante, une classe ou une contrainte renommée se voit ici."""
    nommes = set(re.findall(r"`([A-Z][A-Z_]{3,}|[A-Z]\w+(?:Form|Revision)|[a-z]+_[a-z_]+_complete)`", PAGE))
    sources = "\n".join(
        chemin.read_text(encoding="utf-8") for chemin in settings.RACINE.glob("[a-z]*/**/*.py")
    )
    assert len(nommes) > 4
    assert {nom for nom in nommes if nom not in sources} == set()
