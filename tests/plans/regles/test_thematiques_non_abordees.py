from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_thematiques_non_abordees():
    contenu, *_ = plan_et_fiches()
    del contenu["priorites"][2:]
    assert trouves(contenu) == [("thematiques_non_abordees", "conseil", ("plan", "priorites"), "")]
    assert ": Lutte contre les préjugés; Centres-villes et itinérance. C’est permis" in messages(contenu)[0]


def test_une_thematique_non_recommandee_ne_manque_a_personne():
    contenu, *_ = plan_et_fiches()
    contenu["thematiques"][3]["recommandee"] = False
    del contenu["priorites"][3:]
    assert trouves(contenu) == []


def test_une_autre_thematique_d_une_priorite_est_abordee():
    contenu, priorite, *_ = plan_et_fiches()
    perdue = contenu["priorites"].pop()["thematique"]
    assert "thematiques_non_abordees" in [regle for regle, *_ in trouves(contenu)]
    priorite["autres_thematiques"] = [perdue]
    assert "thematiques_non_abordees" not in [regle for regle, *_ in trouves(contenu)]
