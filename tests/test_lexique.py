"""Le lexique tient ses promesses : un terme, une définition, une source."""

import re
import unicodedata
from pathlib import Path

LEXIQUE = Path(__file__).parent.parent / "docs" / "lexique.md"
TETES = {"Terme", "Ne pas écrire", "---"}


def tableaux():
    """Les lignes du tableau des mots, puis celles du tableau des pièges."""
    mots, pieges = LEXIQUE.read_text(encoding="utf-8").split("## Les pièges")
    return lignes(mots), lignes(pieges)


def lignes(texte):
    trouvees = [
        [case.strip() for case in ligne.strip("|").split("|")]
        for ligne in texte.splitlines()
        if ligne.startswith("|")
    ]
    return [cases for cases in trouvees if cases[0] not in TETES]


def sans_accents(mot):
    """L’ordre du dictionnaire : sans accents, majuscules ni signes."""
    decompose = unicodedata.normalize("NFD", mot.lower())
    return re.sub(r"[^a-z0-9 ]", "", decompose)


def test_chaque_mot_a_une_definition_et_une_source():
    mots, pieges = tableaux()
    assert len(mots) > 60
    assert len(pieges) >= 9
    for cases in mots + pieges:
        assert len(cases) == 3, cases
        assert all(cases), cases


def test_chaque_source_est_annoncee_en_tete():
    mots, _ = tableaux()
    for terme, _, source in mots:
        for morceau in source.split("; "):
            assert re.match(r"(Guide, (§|annexe)|Évaluation$|Normes$|Loi$|Usage$)", morceau), (terme, source)


def test_les_mots_sont_uniques_et_en_ordre():
    mots, _ = tableaux()
    termes = [sans_accents(re.sub(r"\(.*", "", cases[0])).strip() for cases in mots]
    assert len(set(termes)) == len(termes)
    assert termes == sorted(termes)
