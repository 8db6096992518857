import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("vide", ["", "  ", None])
def test_priorite_sans_titre(vide):
    contenu, priorite, *_ = plan_et_fiches()
    priorite["titre"] = vide
    assert trouves(contenu) == [("priorite_sans_titre", "erreur", ("priorite", priorite["cle"]), "titre")]
    assert "la priorité 1" in messages(contenu)[0]


def test_une_cle_absente_du_contenu_vaut_un_champ_vide():
    contenu, priorite, *_ = plan_et_fiches()
    del priorite["titre"]
    assert trouves(contenu) == [("priorite_sans_titre", "erreur", ("priorite", priorite["cle"]), "titre")]
