from datetime import date

import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves

ATTENDU = [("echeance_de_depot", "avertissement", ("plan", "echeance"), "")]


@pytest.mark.parametrize("jour", [None, date(2024, 11, 1), date(2025, 2, 28)])
def test_loin_de_l_echeance_rien_n_est_dit(jour):
    assert trouves(plan_et_fiches()[0], jour) == []


@pytest.mark.parametrize(
    ("jour", "phrase"),
    [
        (date(2025, 3, 1), "au plus tard le 31 mars 2025 : c’est dans 30 jours."),
        (date(2025, 3, 30), "c’est dans 1 jour."),
        (date(2025, 3, 31), "c’est aujourd’hui."),
        (date(2025, 4, 1), "La date limite du 31 mars 2025 est passée depuis 1 jour."),
        (date(2025, 4, 10), "passée depuis 10 jours. Vous pouvez encore déposer"),
    ],
)
def test_echeance_de_depot(jour, phrase):
    contenu, *_ = plan_et_fiches()
    assert trouves(contenu, jour) == ATTENDU
    assert phrase in messages(contenu, jour)[0]


def test_une_modification_se_depose_n_importe_quand():
    contenu, *_ = plan_et_fiches()
    contenu["version"]["numero"] = 2
    assert trouves(contenu, date(2026, 1, 1)) == []


@pytest.mark.parametrize("deposee_le", ["2025-03-20", "2025-03-20T14:30:00-04:00"])
def test_un_plan_depose_n_a_plus_d_echeance(deposee_le):
    contenu, *_ = plan_et_fiches()
    contenu["version"]["deposee_le"] = deposee_le
    assert trouves(contenu, date(2026, 1, 1)) == []


def test_sans_echeance_connue_rien_n_est_dit():
    contenu, *_ = plan_et_fiches()
    contenu["echeance"] = "bientôt"
    assert trouves(contenu, date(2026, 1, 1)) == []
