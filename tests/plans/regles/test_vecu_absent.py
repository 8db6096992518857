from tests.plans.regles import plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_des_sieges_reserves_mais_vides_avertissent():
    contenu = plan_et_fiches()[0]
    next(s for s in contenu["gouvernance"]["instances"][0]["sieges"] if s["secteur"] == "vecu")["pourvus"] = 0
    trouve = trouves(contenu)
    assert ("vecu_absent", "avertissement", ("alliance", "instances"), "") in trouve
    assert "secteurs_sans_siege" not in [regle for regle, *_ in trouve]
