"""L'exercice va du 1er avril au 31 mars."""

from datetime import date

import pytest

from socle.valeurs.exercice import Exercice


@pytest.mark.parametrize(
    ("jour", "libelle"),
    [
        (date(2025, 3, 31), "2024-2025"),
        (date(2025, 4, 1), "2025-2026"),
        (date(2026, 1, 1), "2025-2026"),
    ],
)
def test_un_jour_appartient_a_son_exercice(jour, libelle):
    assert str(Exercice.de(jour)) == libelle


def test_un_exercice_a_ses_bornes():
    assert (Exercice(2025).debut, Exercice(2025).fin) == (date(2025, 4, 1), date(2026, 3, 31))


def test_une_periode_touche_tous_ses_exercices():
    cycle = Exercice.entre(date(2024, 11, 1), date(2029, 10, 31))
    assert [str(e) for e in cycle] == [f"{an}-{an + 1}" for an in range(2024, 2030)]


@pytest.mark.parametrize("libelle", ["2025", "2025-2027", "25-26", "abcd-efgh", "2025-2026-2027", ""])
def test_un_libelle_mal_ecrit_est_refuse(libelle):
    with pytest.raises(ValueError, match="n’est pas un exercice"):
        Exercice.lire(libelle)


def test_un_libelle_bien_ecrit_se_relit():
    assert Exercice.lire("2025-2026") == Exercice(2025)
