import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


@pytest.mark.parametrize("total", [1600, 2000, None])
def test_un_total_assez_grand_ou_absent_ne_dit_rien(total):
    contenu, priorite, *_ = plan_et_fiches()
    priorite["personnes_visees"] = total
    assert trouves(contenu) == []


@pytest.mark.parametrize("total", [1599, 0])
def test_personnes_au_dela_du_total(total):
    contenu, priorite, *_ = plan_et_fiches()
    priorite["personnes_visees"] = total
    lieu = ("priorite", priorite["cle"])
    assert trouves(contenu) == [("personnes_au_dela_du_total", "avertissement", lieu, "personnes_visees")]
    assert f"ensemble 1600 personnes, plus que le total de {total} " in messages(contenu)[0]


def test_un_moyen_sans_nombre_compte_pour_zero():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["personnes_visees"] = None
    assert "personnes_au_dela_du_total" not in [regle for regle, *_ in trouves(contenu)]
