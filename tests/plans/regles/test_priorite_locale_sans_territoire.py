from tests.plans.regles import plan_et_fiches, trouves


def test_une_priorite_regionale_peut_viser_toute_la_region():
    contenu, priorite, *_ = plan_et_fiches()
    priorite["territoires"] = []
    assert trouves(contenu) == []


def test_priorite_locale_sans_territoire():
    contenu, priorite, *_ = plan_et_fiches()
    priorite.update(palier="local", territoires=[])
    lieu = ("priorite", priorite["cle"])
    assert trouves(contenu) == [("priorite_locale_sans_territoire", "erreur", lieu, "territoires")]


def test_une_alliance_sans_territoires_n_en_choisit_pas():
    contenu, *_ = plan_et_fiches()
    contenu["alliance"]["territoires"] = None
    for priorite in contenu["priorites"]:
        priorite.update(palier="local", territoires=[])
        priorite["objectifs"][0]["moyens"][0]["territoires"] = []
    assert trouves(contenu) == []
