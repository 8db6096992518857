"""L'ordre des verrous : deux lots pris en sens contraires s'attendent (ADR 9)."""

from types import SimpleNamespace

from conventions.models import lots


def echeance(convention, pris):
    return SimpleNamespace(
        convention_id=convention, convention=SimpleNamespace(verrouiller=lambda: pris.append(convention))
    )


def test_les_conventions_d_un_lot_se_verrouillent_par_cle_et_une_seule_fois():
    pris = []
    lots._verrouiller(echeance(convention, pris) for convention in (7, 3, 7, 5))
    assert pris == [3, 5, 7]
