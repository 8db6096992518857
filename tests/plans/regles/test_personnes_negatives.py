from tests.plans.regles import messages, plan_et_fiches, trouves


def test_zero_personne_est_permis():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["personnes_visees"] = 0
    assert trouves(contenu) == []


def test_personnes_negatives():
    contenu, priorite, _, moyen, _ = plan_et_fiches()
    priorite["personnes_visees"] = -1
    moyen["personnes_visees"] = "-40"
    assert trouves(contenu) == [
        ("personnes_negatives", "erreur", ("priorite", priorite["cle"]), "personnes_visees"),
        ("personnes_negatives", "erreur", ("moyen", moyen["cle"]), "personnes_visees"),
    ]
    assert "par la priorité 1" in messages(contenu)[0]
    assert "par le moyen 1.1.1" in messages(contenu)[1]
