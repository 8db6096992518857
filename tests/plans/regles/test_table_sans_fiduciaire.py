from tests.plans.regles import plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


def non_constituee(**alliance):
    contenu = plan_et_fiches()[0]
    contenu["alliance"] |= {"table_constituee": False} | alliance
    return trouves(contenu)


def test_une_table_non_constituee_sans_fiduciaire_avertit():
    assert non_constituee() == [("table_sans_fiduciaire", "avertissement", ("alliance", "gouvernance"), "")]


def test_un_signataire_constitue_ne_demande_qu_un_mot():
    assert [genre for _, genre, *_ in non_constituee(signataire_constitue=True)] == ["conseil"]


def test_un_fiduciaire_suffit():
    assert non_constituee(fiduciaire="Corporation de développement") == []
