from tests.plans.regles import plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_un_moyen_sans_nombre_de_personnes_avertit():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["personnes_visees"] = None
    attendu = ("moyen_sans_personnes_visees", "avertissement", ("moyen", moyen["cle"]), "personnes_visees")
    assert trouves(contenu) == [attendu]
