import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("vide", ["", None, 12])
def test_objectif_sans_titre(vide):
    contenu, _, objectif, *_ = plan_et_fiches()
    objectif["titre"] = vide
    assert trouves(contenu) == [("objectif_sans_titre", "erreur", ("objectif", objectif["cle"]), "titre")]
    assert "l’objectif 1.1" in messages(contenu)[0]


def test_une_cle_absente_du_contenu_vaut_un_champ_vide():
    contenu, _, objectif, *_ = plan_et_fiches()
    del objectif["titre"]
    assert trouves(contenu) == [("objectif_sans_titre", "erreur", ("objectif", objectif["cle"]), "titre")]
