from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_secteurs_absents():
    contenu, *_ = plan_et_fiches()
    for priorite in contenu["priorites"]:
        del priorite["objectifs"][0]["moyens"][0]["collaborateurs"][1:]
    assert trouves(contenu) == [("secteurs_absents", "conseil", ("plan", "priorites"), "collaborateurs")]
    assert (
        "Santé publique et services sociaux; Organismes communautaires et philanthropiques."
        in messages(contenu)[0]
    )


def test_un_secteur_present_a_un_seul_moyen_suffit():
    contenu, _, _, moyen, _ = plan_et_fiches()
    collaborateurs = moyen["collaborateurs"]
    for priorite in contenu["priorites"]:
        priorite["objectifs"][0]["moyens"][0]["collaborateurs"] = []
    moyen["collaborateurs"] = collaborateurs
    assert "secteurs_absents" not in [regle for regle, *_ in trouves(contenu)]
