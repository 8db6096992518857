from tests.plans.regles import messages, plan_et_fiches, trouves


def test_le_dernier_jour_des_realisations_est_permis():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["fin"] = "2029-03-31"
    assert trouves(contenu) == []


def test_moyen_apres_realisation():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["fin"] = "2029-04-01"
    assert trouves(contenu) == [("moyen_apres_realisation", "avertissement", ("moyen", moyen["cle"]), "fin")]
    assert "au plus tard le 31 mars 2029" in messages(contenu)[0]
