from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def corrige(modifie_le, **version):
    contenu = plan_et_fiches()[0]
    contenu["modifie_le"] = modifie_le
    adoption = {"adoptee_le": "2025-02-01", "resolution": "CA-1", "etat": "a_corriger", "tour": 1}
    contenu["version"] |= adoption | version
    return contenu


def test_un_texte_corrige_sous_la_meme_resolution_avertit():
    attendu = ("texte_change_sous_la_meme_resolution", "avertissement", ("plan", "adoption"), "")
    contenu = corrige("2025-04-10")
    assert trouves(contenu) == [attendu]
    assert "depuis la résolution CA-1 du 1er février 2025" in messages(contenu)[0]
    assert trouves(corrige("2025-04-10", etat="deposee", tour=2)) == [attendu]


def test_un_texte_intact_ne_dit_rien():
    assert trouves(corrige("2025-01-31")) == []
