from datetime import date
from decimal import Decimal

import pytest

from alliances.plans.regles.lecture import entier, jour, lire, nombre, texte_nu
from tests.plans.exemples import contenu_exemple


@pytest.mark.parametrize(
    ("valeur", "lu"),
    [
        ("12.5", Decimal("12.5")),
        (" 1600 ", Decimal(1600)),
        (0, Decimal(0)),
        ("-3", Decimal(-3)),
        (True, None),
        (None, None),
        ("", None),
        ("douze", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999999", None),
        ([], None),
        (2.5, None),
    ],
)
def test_un_nombre_se_lit_ou_manque(valeur, lu):
    assert nombre(valeur) == lu


def test_un_entier_perd_ses_decimales_et_garde_son_absence():
    assert entier("12.9") == 12
    assert entier(None) is None


@pytest.mark.parametrize(
    ("valeur", "lu"),
    [("2025-04-01", date(2025, 4, 1)), ("2025-02-30", None), ("", None), (None, None), (20250401, None)],
)
def test_une_date_se_lit_ou_manque(valeur, lu):
    assert jour(valeur) == lu


def test_le_texte_nu_perd_ses_balises_et_garde_ses_mots():
    html = "<h3>Portrait</h3><p>Un&nbsp;mot &lt;b&gt;, <a href='#'>deux</a><br>trois</p>"
    assert texte_nu(html) == "Portrait Un mot <b>, deux trois"
    assert texte_nu("a < b " + "<" * 200_000).startswith("a < b")


def test_une_fiche_sans_cle_s_ancre_chez_son_parent_et_recoit_un_numero():
    contenu = contenu_exemple()
    priorite = contenu["priorites"][0]
    moyen = priorite["objectifs"][0]["moyens"][0]
    for fiche in (moyen, moyen["indicateurs"][0]):
        del fiche["cle"], fiche["numero"]
    lu = lire(contenu).moyens[0]
    objectif = ("objectif", priorite["objectifs"][0]["cle"])
    assert (lu.ancre, lu.numero) == (objectif, "1.1.1")
    assert (lu.indicateurs[0].ancre, lu.indicateurs[0].numero) == (objectif, "1.1.1.1")


def test_un_cycle_sans_canevas_se_relit_avec_le_canevas_courant():
    contenu = contenu_exemple()
    contenu["cycle"]["code"] = "2017-2023"
    assert lire(contenu).canevas.cycle == "2024-2029"


@pytest.mark.parametrize("abime", [None, [], "plan", 12, {"priorites": {"a": 1}, "alliance": []}])
def test_un_contenu_qui_n_en_est_pas_un_se_lit_comme_vide(abime):
    assert lire(abime).priorites == ()
    assert lire(abime).territoires == ()
