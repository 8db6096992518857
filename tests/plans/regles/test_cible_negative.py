from tests.plans.regles import plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_une_cible_de_moins_cinq_personnes_est_une_erreur():
    contenu, *_, indicateur = plan_et_fiches()
    indicateur |= {"depart": None, "cible": "-5"}
    assert trouves(contenu) == [("cible_negative", "erreur", ("indicateur", indicateur["cle"]), "cible")]


def test_un_depart_negatif_aussi_et_zero_est_permis():
    contenu, *_, indicateur = plan_et_fiches()
    indicateur["depart"] = "-1"
    assert trouves(contenu) == [("cible_negative", "erreur", ("indicateur", indicateur["cle"]), "depart")]
    indicateur["depart"] = "0"
    assert trouves(contenu) == []
