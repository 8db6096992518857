import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


@pytest.mark.parametrize(
    ("champ", "jour", "phrase"),
    [
        ("debut", "2024-10-31", "commence le 31 octobre 2024, hors du cycle 2024-2029"),
        ("fin", "2029-11-01", "finit le 1er novembre 2029, hors du cycle 2024-2029"),
    ],
)
def test_moyen_hors_cycle(champ, jour, phrase):
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen[champ] = jour
    assert trouves(contenu) == [("moyen_hors_cycle", "erreur", ("moyen", moyen["cle"]), champ)]
    assert phrase in messages(contenu)[0]


def test_les_bornes_du_cycle_en_font_partie():
    contenu, _, _, moyen, _ = plan_et_fiches()
    contenu["cycle"]["fin_realisation"] = None
    moyen.update(debut="2024-11-01", fin="2029-10-31")
    assert trouves(contenu) == []


def test_sans_dates_de_cycle_rien_n_est_hors_cycle():
    contenu, _, _, moyen, _ = plan_et_fiches()
    contenu["cycle"] = {"code": "2024-2029"}
    moyen.update(debut="1999-01-01", fin="2050-01-01")
    assert trouves(contenu) == []
