import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves

ATTENDU = ("sieges_vecu", "avertissement", ("alliance", "instances"), "")


def siege_vecu(contenu):
    return contenu["gouvernance"]["instances"][0]["sieges"][1]


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize("defaut", [{"secteur": "sante"}, {"prevus": 0, "pourvus": 0}, {"secteur": None}])
def test_aucun_siege_reserve(defaut):
    contenu, *_ = plan_et_fiches()
    siege_vecu(contenu).update(defaut)
    assert trouves(contenu) == [ATTENDU]
    assert "Aucun siège n’est réservé" in messages(contenu)[0]


def test_sieges_vecu():
    contenu, *_ = plan_et_fiches()
    siege_vecu(contenu).update(prevus=1, pourvus=1)
    assert trouves(contenu) == [ATTENDU]
    assert "siège à « Table de développement social »" in messages(contenu)[0]


def test_deux_sieges_dont_un_seul_pourvu_laissent_une_personne_seule():
    contenu, *_ = plan_et_fiches()
    siege_vecu(contenu).update(prevus=2, pourvus=1)
    assert [regle for regle, *_ in trouves(contenu)] == ["sieges_vecu", "sieges_vides"]


def test_deux_sieges_d_une_personne_dans_la_meme_instance_suffisent():
    contenu, *_ = plan_et_fiches()
    siege_vecu(contenu).update(prevus=1, pourvus=1)
    contenu["gouvernance"]["instances"][0]["sieges"].append(dict(siege_vecu(contenu)))
    assert trouves(contenu) == []


def test_une_autre_instance_sans_siege_reserve_ne_derange_pas():
    contenu, *_ = plan_et_fiches()
    contenu["gouvernance"]["instances"].append({"nom": "Comité d’analyse", "sieges": []})
    assert trouves(contenu) == []
