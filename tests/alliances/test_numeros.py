"""Ce qui nomme une Alliance dans un numéro."""

import pytest

from alliances.models import Alliance
from alliances.models.numeros import code_de
from tests import fabriques

pytestmark = pytest.mark.django_db


@pytest.fixture
def alliance(cadre):
    """Une Alliance sans région, du cycle en cours."""
    return Alliance.objects.create(
        cycle=cadre.cycle,
        nom="Alliance des Premières Nations",
        slug="premieres-nations",
        table_regionale=cadre.bsl.table_regionale,
    )


def test_une_alliance_se_repere_par_le_code_de_sa_region(cadre):
    assert (code_de(cadre.bsl), code_de(cadre.lanaudiere)) == ("2024-01", "2024-14")


@pytest.mark.parametrize("slug, attendu", [("premieres-nations", "PN"), ("kativik", "K"), ("a--b", "AB")])
def test_une_alliance_sans_region_se_repere_par_son_sigle(alliance, slug, attendu):
    alliance.slug = slug
    assert code_de(alliance) == f"2024-{attendu}"


def test_deux_alliances_d_une_meme_region_ne_se_confondent_pas(cadre, alliance):
    alliance.regions.add(cadre.bsl.regions.get())
    assert (code_de(alliance), code_de(cadre.bsl)) == ("2024-01-PN", "2024-01-BSL")


def test_l_alliance_d_un_autre_cycle_ne_change_pas_le_code_de(cadre, alliance):
    Alliance.objects.filter(pk=alliance.pk).update(cycle=fabriques.cycle_precedent())
    alliance.regions.add(cadre.bsl.regions.get())
    assert code_de(cadre.bsl) == "2024-01"
