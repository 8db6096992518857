"""Un poste se reconnaît à ses premiers mots ou à un mot qui n'est que de lui; jamais au hasard."""

import pytest

from projets.regles.postes import poste_de

POSTES = {"materiel": "Denrées, matériel et fournitures", "salaires": "Salaires et charges", "autre": "Autre"}


@pytest.mark.parametrize(
    ("nom", "code"),
    [
        ("denrees, matériel", "materiel"),
        ("Achat de fournitures", "materiel"),
        ("Salaire de la cuisinière", "salaires"),
        ("Den", None),
        ("Transport", None),
        ("Salaires et denrées", None),
        ("Frais", None),
        ("", None),
        ("et", None),
    ],
)
def test_un_poste_se_reconnait_ou_se_demande(nom, code):
    assert poste_de(nom, POSTES) == code
