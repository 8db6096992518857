import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("vide", ["", None, "inconnue"])
def test_priorite_sans_thematique(vide):
    contenu, priorite, *_ = plan_et_fiches()
    for thematique in contenu["thematiques"]:
        thematique["recommandee"] = False  # sinon la thématique perdue appelle aussi un conseil
    priorite["thematique"] = vide
    assert trouves(contenu) == [
        ("priorite_sans_thematique", "erreur", ("priorite", priorite["cle"]), "thematique")
    ]
    assert "priorité 1 « Une offre alimentaire" in messages(contenu)[0]


def test_une_cle_absente_du_contenu_vaut_un_champ_vide():
    contenu, priorite, *_ = plan_et_fiches()
    for thematique in contenu["thematiques"]:
        thematique["recommandee"] = False  # sinon la thématique perdue appelle aussi un conseil
    del priorite["thematique"]
    assert trouves(contenu) == [
        ("priorite_sans_thematique", "erreur", ("priorite", priorite["cle"]), "thematique")
    ]
