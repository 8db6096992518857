"""Dates, heures, nombres et espaces selon l'usage québécois."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString

from socle.texte import typographie as t


@pytest.mark.parametrize(
    "valeur, attendu",
    [
        (date(2026, 2, 1), "1er\xa0février 2026"),
        (date(2026, 3, 31), "31\xa0mars 2026"),
        ("2026-12-01", "1er\xa0décembre 2026"),
        (datetime(2026, 8, 1, 3, 0, tzinfo=UTC), "31\xa0juillet 2026"),  # la veille à Montréal
        ("2026-08-01T03:00:00+00:00", "31\xa0juillet 2026"),
        (None, ""),
        ("", ""),
        ("n’importe quoi", ""),
    ],
)
def test_date_longue(valeur, attendu):
    assert t.date_longue(valeur) == attendu


def test_date_longue_de_page_met_le_premier_en_exposant_et_reste_sure():
    html = t.date_longue_html(date(2026, 2, 1))
    assert html == "1<sup>er</sup>\xa0février 2026"
    assert isinstance(html, SafeString)
    assert t.date_longue_html("2026-02-02") == "2\xa0février 2026"
    assert t.date_longue_html(None) == ""


@pytest.mark.parametrize(
    "valeur, attendu",
    [
        (time(8, 5), "8\xa0h\xa05"),
        (time(19, 0), "19\xa0h"),
        (time(0, 0), "0\xa0h"),
        (datetime(2026, 5, 14, 18, 30, tzinfo=UTC), "14\xa0h\xa030"),
        ("2026-05-14T18:30:00+00:00", "14\xa0h\xa030"),
        (date(2026, 1, 1), ""),
        (None, ""),
    ],
)
def test_heure(valeur, attendu):
    assert t.heure(valeur) == attendu


@pytest.mark.parametrize(
    "valeur, attendu",
    [
        (datetime(2026, 5, 14, 18, 30, tzinfo=UTC), "le 14\xa0mai 2026, à 14\xa0h\xa030"),
        (datetime(2026, 12, 1, 17, 0, tzinfo=UTC), "le 1er\xa0décembre 2026, à 12\xa0h"),
        (date(2026, 5, 14), "le 14\xa0mai 2026"),
        (None, ""),
    ],
)
def test_date_et_heure(valeur, attendu):
    assert t.date_heure(valeur) == attendu


def test_date_courte():
    assert t.date_courte(date(2026, 3, 1)) == "2026-03-01"
    assert t.date_courte("2026-03-01") == "2026-03-01"
    assert t.date_courte(None) == ""


@pytest.mark.parametrize(
    "valeur, attendu",
    [
        (1234567, "1\xa0234\xa0567"),
        (999, "999"),
        (Decimal("1234.50"), "1\xa0234,5"),
        ("1600", "1\xa0600"),
        ("12.25", "12,25"),
        (-3, "−3"),
        (Decimal("-0.0"), "0"),
        (0, "0"),
        (100, "100"),
        (Decimal("1E+3"), "1\xa0000"),
        ("abc", "abc"),
        (float("inf"), "Infinity"),
        (None, ""),
    ],
)
def test_nombre(valeur, attendu):
    assert t.nombre(valeur) == attendu


def test_nombre_de_decimales_fixe():
    assert t.nombre(1234.5, 2) == "1\xa0234,50"


@pytest.mark.parametrize("valeur, attendu", [(12.5, "12,5\xa0%"), (94, "94\xa0%"), (0, "0\xa0%"), (None, "")])
def test_pourcent(valeur, attendu):
    assert t.pourcent(valeur) == attendu


@pytest.mark.parametrize(
    "valeur, attendu",
    [
        (0, "0\xa0octet"),
        (800, "800\xa0octets"),
        (12_345, "12\xa0ko"),
        (999_499, "999\xa0ko"),
        (999_500, "1\xa0Mo"),
        (1_500_000, "1,5\xa0Mo"),
        (15_000_000, "15\xa0Mo"),
        (None, ""),
    ],
)
def test_taille(valeur, attendu):
    assert t.taille(valeur) == attendu


@pytest.mark.parametrize(
    "texte, attendu",
    [
        ("Objet : plan", "Objet\xa0: plan"),
        ("« plan »", "«\xa0plan\xa0»"),
        ("Vraiment ? Oui !", "Vraiment? Oui!"),
        ("un ; deux", "un; deux"),
        ("12 % de 30 $", "12\xa0% de 30\xa0$"),
        ("https://exemple.test", "https://exemple.test"),
    ],
)
def test_insecables(texte, attendu):
    assert t.insecables(texte) == attendu


def test_insecables_n_ouvre_pas_de_breche():
    rendu = Template("{{ x|insecables }}").render(Context({"x": "<b> : "}))
    assert rendu == "&lt;b&gt;\xa0: "


@pytest.mark.parametrize(
    "n, attendu", [(0, ""), (1, ""), (Decimal("1.9"), ""), (2, "s"), (-2, "s"), ([1, 2], "s")]
)
def test_le_pluriel_commence_a_deux(n, attendu):
    assert t.pluriel(n) == attendu


def test_le_pluriel_a_deux_formes():
    assert t.pluriel(1, "al,aux") == "al"
    assert t.pluriel(3, "al,aux") == "aux"


def test_les_filtres_sont_offerts_sans_chargement():
    gabarit = Template("{{ m|argent }} {{ d|date_longue_html }}")
    assert gabarit.render(Context({"m": Decimal("5"), "d": "2026-01-01"})) == (
        "5,00\xa0$ 1<sup>er</sup>\xa0janvier 2026"
    )


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Entraide des Clochers", "d’Entraide des Clochers"),
        ("Érable et compagnie", "d’Érable et compagnie"),
        ("Le Gîte des embruns", "du Gîte des embruns"),
        ("Les Jardins du haut pays", "des Jardins du haut pays"),
        ("MRC de La Matapédia", "de MRC de La Matapédia"),
        ("Halte des quais", "de Halte des quais"),
    ],
)
def test_un_nom_d_organisme_s_elide_et_se_contracte(nom, attendu):
    assert t.de(nom) == attendu
    assert Template("{{ nom|de }}").render(Context({"nom": nom})) == attendu
