"""Se souvenir d’un calcul pur : jamais d’une valeur pour une autre."""

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template

from socle.valeurs.memoire import par_contenu


@pytest.fixture
def calcul():
    appels = []

    @par_contenu(places=2)
    def doubler(contenu, *precisions):
        appels.append(contenu)
        return (contenu, *precisions)

    doubler.appels = appels
    return doubler


def test_le_meme_contenu_ne_se_calcule_qu_une_fois(calcul):
    assert calcul({"a": [1, {"b": "é"}]}) == calcul({"a": [1, {"b": "é"}]})
    assert len(calcul.appels) == 1


@pytest.mark.parametrize(
    "autre",
    [
        {"a": 2},
        {"a": "1"},
        {"a": True},
        {"b": 1},
        {"a": 1, "b": None},
        {"a": Decimal(1)},
        {"a": date(2026, 1, 1)},
    ],
)
def test_un_contenu_different_se_calcule_de_nouveau(calcul, autre):
    calcul({"a": 1})
    assert calcul(autre) == (autre,)
    assert len(calcul.appels) == 2


def test_une_precision_differente_se_calcule_de_nouveau(calcul):
    assert calcul({}, date(2026, 1, 1)) != calcul({}, date(2026, 1, 2))


def test_seuls_les_derniers_resultats_sont_gardes(calcul):
    for contenu in ({"n": 1}, {"n": 2}, {"n": 3}, {"n": 1}):
        calcul(contenu)
    assert len(calcul.appels) == 4


def test_ce_qui_n_est_pas_une_donnee_simple_se_calcule_chaque_fois(calcul):
    class Objet:
        def __repr__(self):
            return "toujours pareil"

    premier, second = Objet(), Objet()
    assert calcul(premier) == (premier,)
    assert calcul(second) == (second,)


def test_un_fragment_change_avec_ses_donnees():
    gabarit = Template('{% fragment "composants/_jauge.html" libelle=libelle valeur=valeur total=3 %}')
    un, deux = (gabarit.render(Context({"libelle": "Lues <i>", "valeur": valeur})) for valeur in (1, 2))
    assert "Lues &lt;i&gt;" in un
    assert un != deux
