from tests.plans.regles import messages, plan_et_fiches, trouves

REGLE = ("elements_sans_reponse", "erreur", ("plan", "elements"), "")


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_elements_sans_reponse():
    contenu, *_ = plan_et_fiches()
    contenu["secteurs"] = []
    for priorite in contenu["priorites"]:
        priorite["objectifs"][0]["moyens"][0]["collaborateurs"] = []
    assert trouves(contenu)[0] == REGLE
    assert messages(contenu)[:1] == [
        "Le plan ne répond pas encore à 1 des 15 éléments exigés : collaborations et contributions (9)."
    ]


def test_un_element_repondu_en_partie_ne_compte_pas():
    contenu, priorite, *_ = plan_et_fiches()
    priorite["objectifs"][0]["moyens"][0]["collaborateurs"] = []
    assert REGLE not in trouves(contenu)


def test_un_plan_vierge_nomme_les_quinze_elements_dans_un_seul_constat():
    assert trouves({}).count(REGLE) == 1
    assert messages({})[0].startswith("Le plan ne répond pas encore à 15 des 15 éléments exigés : ")
    assert messages({})[0].endswith("diffusion (14) et indicateurs (15).")
