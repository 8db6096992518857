from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_collaborateur_sans_contribution():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["collaborateurs"][0]["contribution"] = " "
    moyen["collaborateurs"][2].update(nom="", contribution=None)
    lieu = ("moyen", moyen["cle"])
    assert trouves(contenu) == [("collaborateur_sans_contribution", "avertissement", lieu, "collaborateurs")]
    assert "contribution de : Partenaire municipal et un partenaire sans nom." in messages(contenu)[0]
