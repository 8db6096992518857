"""Hygiène du dépôt : ce qui est suivi par git se relit, se partage et ne dépend d’aucune machine."""

import re
import subprocess

import pytest
from django.conf import settings

RACINE = settings.RACINE
TEXTES = (
    ".py",
    ".html",
    ".css",
    ".js",
    ".md",
    ".toml",
    ".txt",
    ".sh",
    ".yml",
    ".yaml",
    ".svg",
    ".po",
    ".csv",
    "",
)
MACHINE = re.compile(r"(?:^|[\s\"'`(=:])/(?:work|root|home/\w+|Users/\w+)/", re.M)


@pytest.fixture(scope="module")
def suivis():
    """Les fichiers que git suit et qui existent."""
    if not (RACINE / ".git").exists():
        pytest.fail("Ces essais se lancent dans un dépôt git.")
    noms = subprocess.run(
        ["git", "ls-files", "-z"], cwd=RACINE, check=True, capture_output=True, text=True
    ).stdout
    return [RACINE / nom for nom in noms.split("\0") if nom and (RACINE / nom).is_file()]


def relatif(chemin):
    return str(chemin.relative_to(RACINE))


@pytest.mark.parametrize(
    "nom",
    [
        "README.md",
        "LICENCE",
        "NOTICE",
        "CHANGELOG.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "Makefile",
        ".env.example",
        ".ci/run",
        "docs/dependances.md",
        "docs/exploitation.md",
    ],
)
def test_le_fichier_attendu_existe(nom):
    assert (RACINE / nom).stat().st_size > 100


@pytest.mark.parametrize("nom", ["requirements.txt", "requirements-dev.txt"])
def test_un_verrou_ne_nomme_aucun_depot_de_paquets_et_verifie_tout(nom):
    verrou = (RACINE / nom).read_text()
    assert "://" not in verrou
    assert "index-url" not in verrou
    paquets = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==", verrou, re.M)
    blocs = re.split(r"^(?=[\w.-]+(?:\[[\w,-]+\])?==)", verrou, flags=re.M)[1:]
    assert len(paquets) == len(blocs) > 20
    assert all("--hash=sha256:" in bloc for bloc in blocs)


def test_les_verrous_ne_sont_ni_uv_ni_pylock(suivis):
    assert not [relatif(chemin) for chemin in suivis if chemin.name in ("uv.lock", "pylock.toml")]


def test_aucune_base_aucun_secret_ni_fichier_produit_n_est_suivi(suivis):
    interdits = re.compile(
        r"^var/|\.sqlite3?$|\.db$|^\.env$|(^|/)__pycache__/|\.pyc$|^staticfiles/|\.pdf$|\.coverage"
    )
    assert not [relatif(chemin) for chemin in suivis if interdits.search(relatif(chemin))]


def test_aucun_fichier_de_tiers_n_est_suivi(suivis):
    interdits = re.compile(
        r"QUEBEC|\.woff2?$|\.ttf$|\.otf$|\.min\.(js|css)$|(^|/)(vendor|node_modules)/", re.I
    )
    assert not [relatif(chemin) for chemin in suivis if interdits.search(relatif(chemin))]


def test_aucun_chemin_de_machine(suivis):
    fautifs = [
        relatif(chemin)
        for chemin in suivis
        if chemin.suffix in TEXTES and MACHINE.search(chemin.read_text(encoding="utf-8"))
    ]
    assert fautifs == []


def test_un_fichier_a_moins_de_400_lignes(suivis):
    longs = {
        relatif(chemin): nombre
        for chemin in suivis
        if chemin.suffix in (".py", ".html", ".css", ".js") and "migrations" not in chemin.parts
        if (nombre := chemin.read_text(encoding="utf-8").count("\n")) >= 400
    }
    assert longs == {}


def test_ni_services_ni_utils_ni_helpers(suivis):
    fourre_tout = {"services.py", "utils.py", "helpers.py", "misc.py", "common.py"}
    assert not [relatif(chemin) for chemin in suivis if chemin.name in fourre_tout]


def test_aucune_regle_contournee(suivis):
    """Ni `noqa`, ni exemption de sécurité, ni erreur avalée, ni essai sauté sans qu’on le voie."""
    contournement = re.compile(
        r"#\s*noqa|csrf_exempt|csp_exempt|except(?: Exception)?:\s*pass\b"
        r"|mark\.(?:skip|xfail)\b|#\s*type: ignore"
    )
    fautifs = [
        relatif(chemin)
        for chemin in suivis
        if chemin.suffix == ".py" and chemin.name != "test_depot.py"
        if contournement.search(chemin.read_text(encoding="utf-8"))
    ]
    assert fautifs == []


def test_rien_n_est_laisse_a_faire(suivis):
    a_faire = re.compile(r"(?:#|//|/\*|\{#|<!--).*\b(?:TODO|FIXME|XXX)\b")
    fautifs = [
        relatif(chemin)
        for chemin in suivis
        if chemin.suffix in (".py", ".html", ".css", ".js", ".sh") and chemin.name != "test_depot.py"
        if a_faire.search(chemin.read_text(encoding="utf-8"))
    ]
    assert fautifs == []


def test_le_depot_ne_nomme_pas_l_outillage_de_ses_auteurs(suivis):
    dossiers = re.compile(r"/tmp/|\.library")
    fautifs = [
        relatif(chemin)
        for chemin in suivis
        if chemin.suffix in (".md", ".py", ".toml", ".html")
        and chemin.name != "test_depot.py"
        and dossiers.search(chemin.read_text(encoding="utf-8"))
    ]
    assert fautifs == []
