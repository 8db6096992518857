"""Régionale ou locale : la règle de la gouvernance, les territoires, la population."""

from decimal import Decimal

import pytest

from alliances.models import IndiceTerritoire, ProfilGouvernance
from alliances.regles.palier import RegleDuPalier, palier

NOMS = {"07": "La Matapédia", "08": "La Matanie", "09": "La Mitis", "10": "Rimouski-Neigette"}
POPULATIONS = {"07": 18000, "08": 21000, "09": 18500, "10": 57500}


def calcule(codes, minimum=None, part=None, alliance=NOMS, populations=POPULATIONS):
    regle = RegleDuPalier(minimum, part and Decimal(part))
    trouve = palier({code: NOMS[code] for code in codes}, regle, alliance, populations)
    return trouve.palier, trouve.raison


@pytest.mark.parametrize(
    ("codes", "minimum", "attendu"),
    [
        (
            ["07"],
            2,
            ("local", "1 territoire sur 4\u00a0: il en faudrait au moins 2 pour qu’elle soit régionale."),
        ),
        (["07", "08"], 2, ("regional", "2 territoires sur 4\u00a0: il en faut au moins 2.")),
        (
            ["07", "08"],
            3,
            ("local", "2 territoires sur 4\u00a0: il en faudrait au moins 3 pour qu’elle soit régionale."),
        ),
    ],
)
def test_le_nombre_de_territoires_suffit(codes, minimum, attendu):
    assert calcule(codes, minimum) == attendu


def test_la_part_de_la_population_suffit_meme_avec_un_seul_territoire():
    assert calcule(["10"], 3, 50) == (
        "regional",
        "1 territoire sur 4, 50\u00a0% de la population de l’Alliance\u00a0: il en faut au moins 50\u00a0%.",
    )
    assert calcule(["07"], 3, 50) == (
        "local",
        "1 territoire sur 4, 15,65\u00a0% de la population de l’Alliance\u00a0: il en faudrait au moins 50\u00a0% "
        "pour qu’elle soit régionale.",
    )


def test_une_population_inconnue_se_dit_et_ne_se_devine_pas():
    incomplete = POPULATIONS | {"08": None}
    assert calcule(["10"], 3, 50, populations=incomplete) == (
        "",
        "1 territoire sur 4\u00a0: la population n’est pas connue pour La Matanie, et la part ne se calcule pas.",
    )
    assert calcule(["07", "09", "10"], 3, 50, populations={})[0] == "regional"  # le nombre suffit


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"codes": [], "minimum": 2}, "ne nomme encore aucun territoire"),
        ({"codes": ["07"], "minimum": 1, "alliance": {"08": "La Matanie"}}, "ne nomme encore aucun"),
        ({"codes": ["07"]}, "ne dit pas encore ce qui rend une initiative régionale"),
    ],
)
def test_ce_qui_ne_se_conclut_pas_dit_pourquoi(champs, phrase):
    trouve, raison = calcule(**champs)
    assert trouve == ""
    assert phrase in raison


def test_sans_territoire_a_l_alliance_tout_est_regional():
    assert calcule([], 2, alliance={})[0] == "regional"


def test_le_profil_lit_la_population_la_plus_recente_des_donnees_de_reference(cadre):
    matapedia, matanie = cadre.bsl.territoires.order_by("code")
    profil = cadre.bsl.profil_gouvernance
    profil.territoires_d_un_projet_regional, profil.population_d_un_projet_regional = None, Decimal(60)
    profil.save()
    assert "n’est pas connue pour La Matapédia et La Matanie" in profil.palier_de([matapedia]).raison
    for territoire, an, valeur in ((matapedia, 2021, 10), (matapedia, 2024, 70), (matanie, 2024, 30)):
        IndiceTerritoire.objects.create(
            territoire=territoire, indice="population", an=an, valeur=valeur, source="ISQ"
        )
    profil = ProfilGouvernance.objects.get(pk=profil.pk)
    assert profil.palier_de([matapedia]).palier == "regional"
    assert profil.palier_de([matanie]).palier == "local"
