import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("vide", ["", None])
def test_moyen_sans_population(vide):
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["population"] = vide
    assert trouves(contenu) == [("moyen_sans_population", "erreur", ("moyen", moyen["cle"]), "population")]
    assert "moyen 1.1.1 « Ouvrir une épicerie solidaire" in messages(contenu)[0]


def test_une_cle_absente_du_contenu_vaut_un_champ_vide():
    contenu, _, _, moyen, _ = plan_et_fiches()
    del moyen["population"]
    assert trouves(contenu) == [("moyen_sans_population", "erreur", ("moyen", moyen["cle"]), "population")]
