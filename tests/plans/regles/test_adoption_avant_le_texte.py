from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def adopte(le, modifie_le, **version):
    contenu = plan_et_fiches()[0]
    contenu["modifie_le"] = modifie_le
    contenu["version"] |= {"adoptee_le": le, "resolution": "CA-1", "etat": "adoptee", "tour": 0} | version
    return contenu


def test_une_adoption_datee_avant_la_derniere_modification_avertit():
    contenu = adopte("2025-02-01", "2025-02-02")
    assert trouves(contenu) == [("adoption_avant_le_texte", "avertissement", ("plan", "adoption"), "")]
    assert "modifié le 2 février 2025, après son adoption du 1er février 2025" in messages(contenu)[0]


def test_le_meme_jour_ne_dit_rien():
    assert trouves(adopte("2025-02-02", "2025-02-02")) == []


def test_sans_adoption_il_n_y_a_rien_a_comparer():
    assert trouves(adopte(None, "2025-02-02")) == []
