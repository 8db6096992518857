from tests.plans.regles import messages, plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def test_priorites_en_double():
    contenu, priorite, *_ = plan_et_fiches()
    copie = contenu["priorites"][2]
    copie["titre"] = "  " + priorite["titre"].upper().replace(" ", "  ")
    assert trouves(contenu) == [("priorites_en_double", "conseil", ("priorite", copie["cle"]), "titre")]
    assert "porte le même titre que la priorité 1" in messages(contenu)[0]


def test_deux_priorites_sans_titre_ne_sont_pas_des_doublons():
    contenu, *_ = plan_et_fiches()
    for priorite in contenu["priorites"][:2]:
        priorite["titre"] = ""
    assert {regle for regle, *_ in trouves(contenu)} == {"priorite_sans_titre"}
