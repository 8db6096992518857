import pytest

from tests.plans.regles import plan_et_fiches, trouves


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []


@pytest.mark.parametrize(
    ("champ", "genre"),
    [
        ("nom", "erreur"),
        ("courriel", "erreur"),
        ("fonction", "avertissement"),
        ("telephone", "avertissement"),
    ],
)
def test_contact_incomplet(champ, genre):
    contenu, *_ = plan_et_fiches()
    contenu["contact"][champ] = " "
    assert trouves(contenu) == [("contact_incomplet", genre, ("plan", "contact"), champ)]


def test_sans_contact_les_erreurs_viennent_d_abord():
    contenu, *_ = plan_et_fiches()
    contenu["contact"] = None
    assert [(genre, champ) for _, genre, _, champ in trouves(contenu)] == [
        ("erreur", "nom"),
        ("erreur", "courriel"),
        ("avertissement", "fonction"),
        ("avertissement", "telephone"),
    ]
