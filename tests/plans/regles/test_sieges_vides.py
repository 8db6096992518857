from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_sieges_vides():
    contenu, *_ = plan_et_fiches()
    contenu["gouvernance"]["instances"][0]["sieges"][0]["pourvus"] = 6
    assert trouves(contenu) == [("sieges_vides", "conseil", ("alliance", "instances"), "")]
    assert messages(contenu) == ["« Table de développement social » : 2 sièges restent à pourvoir : MRC (2)."]


def test_un_seul_siege_vide_s_accorde_au_singulier():
    contenu, *_ = plan_et_fiches()
    contenu["gouvernance"]["instances"][0]["sieges"][0]["pourvus"] = 7
    assert "1 siège reste à pourvoir" in messages(contenu)[0]
