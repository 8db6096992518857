"""Les valeurs d'une ligne de journal, en mots."""

import pytest

from socle.pages.journaux import valeur_en_mots


def test_une_date_se_lit_en_toutes_lettres():
    assert valeur_en_mots("adoptee_le", "2025-01-15") == "15\u00a0janvier 2025"


@pytest.mark.parametrize("nom", ["resolution", "résolution", "reference", "référence", "lettre", "numéro"])
def test_un_numero_qui_ressemble_a_une_date_reste_un_numero(nom):
    assert valeur_en_mots(nom, "2025-01-15") == "2025-01-15"
