"""L'échéancier proposé : selon la somme et les exercices, et toujours au cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projets.protocoles.regles.echeancier import USUELS, Part, fautes_d_echeancier, proposer

DATES = {"debut": date(2026, 9, 1), "rapport_final_le": date(2028, 4, 30)}
SOMMES = st.lists(st.tuples(st.integers(2026, 2028), st.integers(1, 9_999_999)), min_size=1, max_size=6)


def propose(*parts, reglages=USUELS):
    lues = [Part(cle, an, D(montant)) for cle, (an, montant) in enumerate(parts, start=1)]
    return [(t.part, t.montant, t.condition, t.retenue) for t in proposer(lues, reglages=reglages, **DATES)]


def test_une_petite_somme_d_un_exercice_se_verse_a_90_pour_cent():
    assert propose((2026, "10000")) == [
        (1, D("9000.00"), "signature", False),
        (1, D("1000.00"), "rapport", True),
    ]


def test_une_somme_moyenne_d_un_exercice_se_verse_a_70_pour_cent():
    assert propose((2026, "10000.01")) == [
        (1, D("7000.01"), "signature", False),
        (1, D("3000.00"), "rapport", True),
    ]


def test_sur_plusieurs_exercices_chacun_suit_son_rapport_et_le_dernier_retient_10_pour_cent():
    assert propose((2026, "29617.40"), (2027, "30354.75")) == [
        (1, D("29617.40"), "signature", False),
        (2, D("24357.53"), "rapport", False),
        (2, D("5997.22"), "rapport", True),
    ]


def test_une_retenue_plus_grande_que_le_dernier_exercice_prend_au_precedent():
    assert propose((2026, "100000"), (2027, "1000")) == [
        (1, D("90900.00"), "signature", False),
        (1, D("9100.00"), "rapport", True),
        (2, D("1000.00"), "rapport", True),
    ]


def test_une_somme_ne_se_verse_pas_avant_que_son_exercice_commence():
    parts = [Part(1, 2027, D("500"))]
    proposees = proposer(parts, reglages=USUELS, **DATES)
    assert proposees[0].prevue_le == date(2027, 4, 1)
    tot = [replace(proposees[0], prevue_le=date(2027, 3, 31)), *proposees[1:]]
    ((faute, rang),) = fautes_d_echeancier(tot, parts, {1: "La Matapédia"}, fin=date(2029, 3, 31), **DATES)
    assert faute.startswith("Un versement de 2027-2028 se prévoit au plus tôt le 1er")
    assert rang == 1


def test_chaque_faute_dit_le_versement_ou_elle_se_regle():
    parts = [Part(1, 2027, D("500")), Part(2, 2027, D("80"))]
    noms, (premiere, retenue) = (
        {1: "La Matapédia", 2: "Régional"},
        proposer(parts[:1], reglages=USUELS, **DATES),
    )
    ecrites = [premiere, replace(retenue, condition="date"), replace(premiere, montant=D(0))]
    fautes = fautes_d_echeancier(ecrites, parts, noms, fin=date(2029, 3, 31), **DATES)
    assert [rang for _, rang in fautes] == [4, 3, 2, 2]


def test_sans_retenue_voulue_rien_n_est_retenu():
    tout = type(USUELS)(seuil=D(0), petite=D(100), premiere=D(100), retenue=D(0))
    assert propose((2026, "500"), reglages=tout) == [(1, D("500"), "signature", False)]


@given(SOMMES)
def test_l_echeancier_propose_se_transmet_toujours(sommes):
    parts = [Part(cle, an, D(sous) / 100) for cle, (an, sous) in enumerate(sommes)]
    proposees = proposer(parts, reglages=USUELS, **DATES)
    noms = {part.cle: str(part.cle) for part in parts}
    assert list(fautes_d_echeancier(proposees, parts, noms, fin=date(2029, 3, 31), **DATES)) == []


@pytest.mark.parametrize("taux", [D(0), D("33.33"), D(100)])
def test_quels_que_soient_les_taux_la_somme_est_au_cent(taux):
    reglages = type(USUELS)(seuil=D(5_000), petite=taux, premiere=taux, retenue=taux)
    for parts in ([(2026, "0.01")], [(2026, "3333.33"), (2026, "0.02")], [(2026, "7"), (2028, "0.05")]):
        assert sum(montant for _, montant, *_ in propose(*parts, reglages=reglages)) == sum(
            D(montant) for _, montant in parts
        )
