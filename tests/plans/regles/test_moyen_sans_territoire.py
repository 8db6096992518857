import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("vide", [[], None, [None]])
def test_moyen_sans_territoire(vide):
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["territoires"] = vide
    assert trouves(contenu) == [("moyen_sans_territoire", "erreur", ("moyen", moyen["cle"]), "territoires")]
    assert "moyen 1.1.1 « Ouvrir une épicerie solidaire" in messages(contenu)[0]


def test_une_cle_absente_du_contenu_vaut_un_champ_vide():
    contenu, _, _, moyen, _ = plan_et_fiches()
    del moyen["territoires"]
    assert trouves(contenu) == [("moyen_sans_territoire", "erreur", ("moyen", moyen["cle"]), "territoires")]


def test_une_alliance_sans_territoires_n_en_choisit_pas():
    contenu, *_ = plan_et_fiches()
    contenu["alliance"]["territoires"] = []
    for priorite in contenu["priorites"]:
        priorite["objectifs"][0]["moyens"][0]["territoires"] = []
    assert trouves(contenu) == []
