import pytest

from socle.valeurs.entiers import entier


@pytest.mark.parametrize(
    ("texte", "lu"),
    [
        ("12", 12),
        (7, 7),
        ("", None),
        ("-1", None),
        ("x", None),
        ("١٢", None),
        ("9" * 19, None),
        ("9" * 5000, None),
    ],
)
def test_un_entier_forge_ne_passe_pas(texte, lu):
    assert entier(texte) == lu
