from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_un_secteur_attendu_sans_siege_pourvu_avertit():
    contenu = plan_et_fiches()[0]
    sante = next(s for s in contenu["gouvernance"]["instances"][0]["sieges"] if s["secteur"] == "sante")
    contenu["gouvernance"]["instances"][0]["sieges"].remove(sante)
    assert trouves(contenu) == [("secteurs_sans_siege", "avertissement", ("alliance", "instances"), "")]
    assert "Santé publique et services sociaux" in messages(contenu)[0]


def test_un_siege_vide_ne_fait_pas_une_presence():
    contenu = plan_et_fiches()[0]
    next(s for s in contenu["gouvernance"]["instances"][0]["sieges"] if s["secteur"] == "sante")[
        "pourvus"
    ] = 0
    assert "secteurs_sans_siege" in [regle for regle, *_ in trouves(contenu)]
