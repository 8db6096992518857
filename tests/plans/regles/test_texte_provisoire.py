import pytest

from tests.plans.regles import messages, plan_et_fiches, section_de, trouves


@pytest.mark.parametrize(
    "marque", ["à compléter", "À COMPLÉTER", "XXX", "lorem ipsum", "???", "à déterminer"]
)
def test_texte_provisoire(marque):
    contenu, *_ = plan_et_fiches()
    section_de(contenu, "1a")["texte"] += f"<p>Le comité ({marque}) se réunit.</p>"
    assert trouves(contenu) == [("texte_provisoire", "avertissement", ("section", "1a"), "")]
    assert f"contient encore « {marque} »" in messages(contenu)[0]


@pytest.mark.parametrize(
    "phrase", ["Pour les années à venir", "Qui décide? Le taxxxi", "Les aides à complétération"]
)
def test_un_texte_ordinaire_ne_dit_rien(phrase):
    contenu, *_ = plan_et_fiches()
    section_de(contenu, "1a")["texte"] += f"<p>{phrase}</p>"
    assert trouves(contenu) == []
