import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves

LIEU = ("alliance", "participation")


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("lignes", [[], None, [{}]])
def test_participation_sans_mecanisme(lignes):
    contenu, *_ = plan_et_fiches()
    contenu["participation"] = lignes
    assert trouves(contenu) == [("participation_sans_mecanisme", "erreur", LIEU, "")]


@pytest.mark.parametrize("axe", ["projets", "benevolat"])
def test_les_autres_axes_ne_remplacent_pas_la_gouvernance(axe):
    contenu, *_ = plan_et_fiches()
    contenu["participation"][0]["axe"] = axe
    assert trouves(contenu) == [("participation_sans_mecanisme", "erreur", LIEU, "")]


def test_aucune_action_avec_son_motif_avertit_seulement():
    contenu, *_ = plan_et_fiches()
    contenu["participation"][0].update(forme="", aucune_action_motif="Comité en formation")
    assert trouves(contenu) == [("participation_sans_mecanisme", "avertissement", LIEU, "")]
    assert "« Comité en formation »" in messages(contenu)[0]


def test_un_mecanisme_prevu_sans_personne_encore_suffit():
    contenu, *_ = plan_et_fiches()
    contenu["participation"][0].update(personnes=0, rencontres=None)
    assert trouves(contenu) == []


def test_une_modalite_propre_repond_a_l_attente():
    contenu = plan_et_fiches()[0]
    contenu["participation"][0] |= {"forme": "", "modalite_propre": "L’assemblée en décide."}
    assert trouves(contenu) == []
