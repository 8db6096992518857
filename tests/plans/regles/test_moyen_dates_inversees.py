from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_moyen_d_un_seul_jour_est_permis():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen["fin"] = moyen["debut"]
    assert trouves(contenu) == []


def test_moyen_dates_inversees():
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen.update(debut="2027-06-15", fin="2026-04-01")
    assert trouves(contenu) == [("moyen_dates_inversees", "erreur", ("moyen", moyen["cle"]), "fin")]
    assert "finirait le 1er avril 2026, avant de commencer le 15 juin 2027" in messages(contenu)[0]
