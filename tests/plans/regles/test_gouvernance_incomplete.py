import pytest

from tests.plans.regles import plan_et_fiches, trouves


@pytest.mark.parametrize("champ", ["gestion", "decision_regionale", "decision_locale", "circuits"])
@pytest.mark.parametrize("vide", ["", None, []])
def test_gouvernance_incomplete(champ, vide):
    contenu, *_ = plan_et_fiches()
    contenu["gouvernance"][champ] = vide
    assert trouves(contenu) == [
        ("gouvernance_incomplete", "avertissement", ("alliance", "gouvernance"), champ)
    ]


def test_une_alliance_sans_instance():
    contenu, *_ = plan_et_fiches()
    contenu["gouvernance"]["instances"] = []
    assert trouves(contenu) == [("gouvernance_incomplete", "avertissement", ("alliance", "instances"), "")]


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []
