"""Ce que partagent les essais des comptes."""

import pytest
from django.core.cache import cache

from tests.socle.comptes import creer


@pytest.fixture(autouse=True)
def limites_neuves():
    """Les limites de tentatives vivent dans le cache : chaque essai repart de zéro."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def personne():
    return creer()
