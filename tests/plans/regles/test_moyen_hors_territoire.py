from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_moyen_hors_territoire():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["territoires"] = ["07", "62", "99"]
    lieu = ("moyen", moyen["cle"])
    assert trouves(contenu) == [("moyen_hors_territoire", "avertissement", lieu, "territoires")]
    assert "(code 62 et 99)" in messages(contenu)[0]
