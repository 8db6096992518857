import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


@pytest.mark.parametrize(
    ("vides", "champ", "phrase"),
    [
        (["debut"], "debut", "n’a pas de date de début."),
        (["fin"], "fin", "n’a pas de date de fin."),
        (["debut", "fin"], "debut", "n’a pas de date de début ni de fin."),
    ],
)
@pytest.mark.parametrize("vide", [None, "", "printemps 2026"])
def test_moyen_sans_calendrier(vides, champ, phrase, vide):
    contenu, _, _, moyen, _ = plan_et_fiches()
    moyen.update(dict.fromkeys(vides, vide))
    lieu = ("moyen", moyen["cle"])
    assert trouves(contenu) == [("moyen_sans_calendrier", "avertissement", lieu, champ)]
    assert phrase in messages(contenu)[0]


def test_un_plan_sans_reproche_ne_dit_rien():
    assert trouves(plan_et_fiches()[0]) == []
