import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("vide", ["", "<p></p>", None])
def test_priorite_sans_changement(vide):
    contenu, priorite, *_ = plan_et_fiches()
    priorite["changement"] = vide
    assert trouves(contenu) == [
        ("priorite_sans_changement", "erreur", ("priorite", priorite["cle"]), "changement")
    ]
    assert "priorité 1 « Une offre alimentaire" in messages(contenu)[0]


def test_une_cle_absente_du_contenu_vaut_un_champ_vide():
    contenu, priorite, *_ = plan_et_fiches()
    del priorite["changement"]
    assert trouves(contenu) == [
        ("priorite_sans_changement", "erreur", ("priorite", priorite["cle"]), "changement")
    ]
