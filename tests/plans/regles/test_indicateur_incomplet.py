import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


def test_une_cible_de_zero_est_une_cible():
    contenu, *_, indicateur = plan_et_fiches()
    indicateur.update(depart=None, cible="0")
    assert trouves(contenu) == []


@pytest.mark.parametrize(
    ("champ", "vide", "phrase"),
    [
        ("nom", "", "l’indicateur 1.1.1.1 : il manque son nom."),
        ("unite", None, "« Personnes rejointes chaque année » : il manque son unité."),
        ("cible", None, "il manque sa cible."),
        ("cible", "beaucoup", "il manque sa cible."),
        ("echeance", "un jour", "il manque son échéance."),
    ],
)
def test_indicateur_incomplet(champ, vide, phrase):
    contenu, *_, indicateur = plan_et_fiches()
    indicateur[champ] = vide
    lieu = ("indicateur", indicateur["cle"])
    assert trouves(contenu) == [("indicateur_incomplet", "erreur", lieu, champ)]
    assert phrase in messages(contenu)[0]


def test_un_seul_constat_nomme_tout_ce_qui_manque():
    contenu, *_, indicateur = plan_et_fiches()
    indicateur.update(unite="", cible=None, echeance=None)
    assert [champ for *_, champ in trouves(contenu)] == ["unite"]
    assert "il manque son unité, sa cible et son échéance." in messages(contenu)[0]


def test_un_indicateur_qui_se_decrit_n_a_ni_unite_ni_nombre():
    contenu, *_, indicateur = plan_et_fiches()
    indicateur |= {
        "nature": "qualitatif",
        "unite": "",
        "depart": None,
        "cible": None,
        "cible_decrite": "Mieux",
    }
    assert trouves(contenu) == []
    indicateur["cible_decrite"] = ""
    attendu = ("indicateur_incomplet", "erreur", ("indicateur", indicateur["cle"]), "cible_decrite")
    assert trouves(contenu) == [attendu]
