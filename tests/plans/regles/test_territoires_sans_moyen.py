from tests.plans.regles import messages, plan_et_fiches, trouves

ATTENDU = [("territoires_sans_moyen", "avertissement", ("plan", "priorites"), "territoires")]


def reduire(contenu, codes):
    for priorite in contenu["priorites"]:
        priorite["objectifs"][0]["moyens"][0]["territoires"] = codes


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_territoires_sans_moyen():
    contenu, *_ = plan_et_fiches()
    reduire(contenu, ["07"])
    assert trouves(contenu) == ATTENDU
    assert messages(contenu) == ["Aucun moyen ne touche ce territoire : La Matanie (dévitalisé)."]


def test_plusieurs_territoires_sont_nommes():
    contenu, *_ = plan_et_fiches()
    contenu["alliance"]["territoires"] += [
        {"code": "09", "nom": "La Mitis", "devitalise": False},
        {"code": "10", "nom": "Les Basques"},
    ]
    assert trouves(contenu) == ATTENDU
    assert messages(contenu) == ["Aucun moyen ne touche ces territoires : La Mitis et Les Basques."]


def test_un_seul_moyen_suffit_a_toucher_un_territoire():
    contenu, priorite, *_ = plan_et_fiches()
    reduire(contenu, ["07"])
    priorite["objectifs"][0]["moyens"][0]["territoires"] = ["08"]
    assert trouves(contenu) == []
