from tests.plans.regles import plan_et_fiches, section_de, trouves


def test_section_non_terminee():
    contenu, *_ = plan_et_fiches()
    section_de(contenu, "2a")["terminee"] = False
    assert trouves(contenu) == [("section_non_terminee", "avertissement", ("section", "2a"), "terminee")]


def test_une_section_vide_n_est_pas_signalee_deux_fois():
    contenu, *_ = plan_et_fiches()
    section_de(contenu, "1b").update(texte="", terminee=False)
    assert trouves(contenu) == [("section_vide", "avertissement", ("section", "1b"), "")]
