from tests.plans.regles import plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_un_moyen_sans_collaborateur_avertit():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["collaborateurs"] = []
    assert trouves(contenu)[-1] == (
        "moyen_sans_collaborateur",
        "avertissement",
        ("moyen", moyen["cle"]),
        "collaborateurs",
    )
