import pytest

from alliances.plans.canevas import canevas
from tests.plans.regles import messages, plan_et_fiches, section_de, trouves

EXIGEES = [section.code for section in canevas().sections_redigees if section.requise]


def seulement_les_sections(contenu):
    return [constat for constat in trouves(contenu) if constat[0] != "elements_sans_reponse"]


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("code", EXIGEES)
@pytest.mark.parametrize("vide", ["", "<p>\xa0</p>", None, "<ul><li></li></ul>"])
def test_section_vide(code, vide):
    contenu, *_ = plan_et_fiches()
    section_de(contenu, code)["texte"] = vide
    assert seulement_les_sections(contenu) == [("section_vide", "erreur", ("section", code), "")]


@pytest.mark.parametrize("code", ["1b", "2b", "10e"])
def test_une_section_que_le_guide_n_exige_pas_avertit_seulement(code):
    contenu, *_ = plan_et_fiches()
    section_de(contenu, code)["texte"] = ""
    assert trouves(contenu) == [("section_vide", "avertissement", ("section", code), "")]
    assert "Le canevas la propose" in messages(contenu)[0]


def test_une_section_absente_du_contenu_est_vide():
    contenu, *_ = plan_et_fiches()
    contenu["sections"].remove(section_de(contenu, "1b"))
    assert trouves(contenu) == [("section_vide", "avertissement", ("section", "1b"), "")]
