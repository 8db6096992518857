import pytest

from tests.plans.regles import plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("priorites", [[], None, ["abîmée"]])
def test_aucune_priorite(priorites):
    contenu, *_ = plan_et_fiches()
    contenu["priorites"] = priorites
    assert trouves(contenu) == [
        ("elements_sans_reponse", "erreur", ("plan", "elements"), ""),
        ("aucune_priorite", "erreur", ("plan", "priorites"), ""),
    ]
