import pytest

from tests.plans.regles import messages, plan_et_fiches, trouves


@pytest.mark.parametrize(
    "valeurs",
    [
        {"depart": "1600", "cible": "1600"},
        {"depart": None, "cible": "5"},
        {"depart": "40", "cible": "12.5", "precision": "On vise moins de ménages en attente."},
    ],
)
def test_une_cible_egale_sans_depart_ou_expliquee_ne_dit_rien(valeurs):
    contenu, *_, indicateur = plan_et_fiches()
    indicateur.update(valeurs)
    assert trouves(contenu) == []


def test_cible_sous_le_depart():
    contenu, *_, indicateur = plan_et_fiches()
    indicateur.update(depart="1600.5", cible="1600")
    lieu = ("indicateur", indicateur["cle"])
    assert trouves(contenu) == [("cible_sous_le_depart", "avertissement", lieu, "precision")]
    assert "est plus basse que la valeur de départ" in messages(contenu)[0]
