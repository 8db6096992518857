import pytest

from alliances.plans.canevas import canevas
from tests.plans.regles import messages, plan_et_fiches, section_de, trouves

MINIMUMS = [(section.code, section.mots_minimum) for section in canevas().sections_redigees]


@pytest.mark.parametrize(("code", "minimum"), MINIMUMS)
def test_section_trop_breve(code, minimum):
    contenu, *_ = plan_et_fiches()
    section_de(contenu, code)["texte"] = "<p>" + "mot " * minimum + "</p>"
    assert trouves(contenu) == []
    section_de(contenu, code)["texte"] = "<p>" + "mot " * (minimum - 1) + "</p>"
    assert trouves(contenu) == [("section_trop_breve", "avertissement", ("section", code), "")]
    assert f"compte {minimum - 1} mots" in messages(contenu)[0]


def test_les_balises_et_la_ponctuation_ne_sont_pas_des_mots():
    contenu, *_ = plan_et_fiches()
    section_de(contenu, "2c")["texte"] = "<p>Oui&nbsp;!</p>" + "<p><strong>…</strong></p>" * 200
    assert trouves(contenu) == [("section_trop_breve", "avertissement", ("section", "2c"), "")]
    assert "compte 1 mot :" in messages(contenu)[0]
