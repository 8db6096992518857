import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("vide", [[], None, "abîmé"])
def test_priorite_sans_objectif(vide):
    contenu, priorite, *_ = plan_et_fiches()
    priorite["objectifs"] = vide
    assert trouves(contenu) == [
        ("priorite_sans_objectif", "erreur", ("priorite", priorite["cle"]), "objectifs")
    ]
    assert "n’a pas encore d’objectif" in messages(contenu)[0]


def test_une_cle_absente_du_contenu_vaut_un_champ_vide():
    contenu, priorite, *_ = plan_et_fiches()
    del priorite["objectifs"]
    assert trouves(contenu) == [
        ("priorite_sans_objectif", "erreur", ("priorite", priorite["cle"]), "objectifs")
    ]
