"""Ce que le service propose à qui prépare une convention."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventions.regles.proposition import a_parts_egales, numero


@given(st.integers(0, 10**12), st.integers(1, 12))
def test_les_parts_font_toujours_la_somme_et_ne_different_que_d_un_sou(sous, nombre):
    parts = a_parts_egales(Decimal(sous) / 100, nombre)
    assert sum(parts) == Decimal(sous) / 100
    assert len(parts) == nombre
    assert max(parts) - min(parts) <= Decimal("0.01")


def test_rien_ne_se_partage_entre_personne():
    assert a_parts_egales(Decimal("10"), 0) == []


@pytest.mark.parametrize(
    "pris, propose",
    [
        (set(), "FQIS-2024-01"),
        ({"FQIS-2024-14"}, "FQIS-2024-01"),
        ({"FQIS-2024-01"}, "FQIS-2024-01-2"),
        ({"FQIS-2024-01", "FQIS-2024-01-2"}, "FQIS-2024-01-3"),
    ],
)
def test_le_numero_propose_est_libre(pris, propose):
    assert numero("2024-01", pris) == propose
