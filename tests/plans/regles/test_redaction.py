from datetime import date

import pytest

from alliances.plans.regles.redaction import abreger, accorder, designer, en_lettres, enumerer


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        (date(2025, 4, 1), "1er avril 2025"),
        (date(2029, 3, 31), "31 mars 2029"),
        (date(2026, 12, 2), "2 décembre 2026"),
    ],
)
def test_une_date_s_ecrit_en_lettres(jour, attendu):
    assert en_lettres(jour) == attendu


def test_une_enumeration_finit_par_et():
    assert enumerer(["a"]) == "a"
    assert enumerer(["a", "b"]) == "a et b"
    assert enumerer(["a", "b", "c"]) == "a, b et c"


def test_un_long_titre_se_coupe_a_un_mot():
    assert abreger("Ouvrir une épicerie") == "Ouvrir une épicerie"
    assert abreger("Ouvrir une épicerie, puis une autre", 21) == "Ouvrir une épicerie…"
    assert abreger("ligne\n\n  suivante") == "ligne suivante"
    assert len(abreger("x" * 500)) == 61
    assert len(abreger("mot " * 100_000)) <= 61


def test_un_element_se_designe_par_son_numero_et_son_titre():
    assert designer("moyen", "1.1.1", "Ouvrir") == "moyen 1.1.1 «\xa0Ouvrir\xa0»"
    assert designer("moyen", "1.1.1", "") == "moyen 1.1.1"


def test_le_pluriel_commence_a_deux():
    assert [accorder(n, "mot", "mots") for n in (0, 1, 2)] == ["0 mot", "1 mot", "2 mots"]
