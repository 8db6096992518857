import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


@pytest.mark.parametrize("jour", ["2024-11-01", "2029-10-31"])
def test_les_bornes_du_cycle_en_font_partie(jour):
    contenu, *_, indicateur = plan_et_fiches()
    indicateur["echeance"] = jour
    assert trouves(contenu) == []


@pytest.mark.parametrize("jour", ["2024-10-31", "2029-11-01"])
def test_indicateur_hors_cycle(jour):
    contenu, *_, indicateur = plan_et_fiches()
    indicateur["echeance"] = jour
    lieu = ("indicateur", indicateur["cle"])
    assert trouves(contenu) == [("indicateur_hors_cycle", "erreur", lieu, "echeance")]
    assert "est hors du cycle 2024-2029." in messages(contenu)[0]
