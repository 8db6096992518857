import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("vide", [[], None])
def test_objectif_sans_moyen(vide):
    contenu, _, objectif, *_ = plan_et_fiches()
    objectif["moyens"] = vide
    assert trouves(contenu) == [("objectif_sans_moyen", "erreur", ("objectif", objectif["cle"]), "moyens")]
    assert "L’objectif 1.1 « Rendre accessible" in messages(contenu)[0]


def test_une_cle_absente_du_contenu_vaut_un_champ_vide():
    contenu, _, objectif, *_ = plan_et_fiches()
    del objectif["moyens"]
    assert trouves(contenu) == [("objectif_sans_moyen", "erreur", ("objectif", objectif["cle"]), "moyens")]
