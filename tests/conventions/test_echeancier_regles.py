"""Proposer un échéancier : la somme de chaque exercice est exacte, quels que soient les réglages."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventions.regles.conditions import CE_QUI_LIBERE, Faits, ce_qu_il_attend, est_remplie
from conventions.regles.echeancier import Ecart, Prevu, Reglages, completer, dernier_rapport, proposer

JOURS = {
    "signature_le": date(2025, 1, 15),
    "plan_le": date(2025, 3, 31),
    "rapport_final_le": date(2027, 6, 30),
}
EXERCICES = {2025: Decimal("1200000.00"), 2026: Decimal("1300000.01"), 2027: Decimal("1300000.00")}
montants = st.decimals(min_value=0, max_value=50_000_000, places=2)
parts = st.decimals(min_value=0, max_value=100, places=2)


def lus(prevus):
    return [(p.an, str(p.montant), p.condition, p.prevue_le.isoformat(), p.rapport_an) for p in prevus]


def test_les_defauts_sont_ceux_du_cycle_precedent():
    assert lus(proposer(EXERCICES, **JOURS)) == [
        (2025, "70000.00", "signature", "2025-01-15", None),
        (2025, "1130000.00", "plan_approuve", "2025-03-31", None),
        (2026, "650000.01", "date", "2026-04-15", None),
        (2026, "650000.00", "rapport_accepte", "2026-09-15", 2025),
        (2027, "650000.00", "rapport_accepte", "2027-04-15", 2025),
        (2027, "650000.00", "rapport_accepte", "2027-09-15", 2026),
    ]


def test_la_retenue_est_une_part_du_dernier_versement():
    *_, dernier, retenue = proposer(EXERCICES, **JOURS, reglages=Reglages(retenue=Decimal(10)))
    assert (dernier.montant, retenue.montant) == (Decimal("585000.00"), Decimal("65000.00"))
    assert (retenue.condition, retenue.an, retenue.prevue_le) == ("rapport_final", 2027, date(2027, 6, 30))


def test_un_exercice_plus_petit_que_le_premier_versement_n_en_a_qu_un():
    [seul] = proposer({2025: Decimal("500.00")}, **JOURS)
    assert (seul.montant, seul.condition) == (Decimal("500.00"), "signature")


@given(
    exercices=st.dictionaries(st.integers(2024, 2030), montants, max_size=5),
    reglages=st.builds(
        Reglages, premier=montants, part_au_plan=parts, part_du_printemps=parts, retenue=parts
    ),
)
def test_la_somme_de_chaque_exercice_est_exacte_et_rien_n_est_nul_ni_negatif(exercices, reglages):
    prevus = proposer(exercices, **JOURS, reglages=reglages)
    assert all(p.montant > 0 for p in prevus)
    for an, montant in exercices.items():
        assert sum(p.montant for p in prevus if p.an == an) == montant
    assert completer(exercices, prevus) == (prevus, [])


def prevu(an, montant):
    return Prevu(an, montant and Decimal(montant), "date", date(an, 9, 15))


@pytest.mark.parametrize(
    ("lignes", "ecarts"),
    [
        ([prevu(2025, "999.99"), prevu(2026, "500")], [Ecart(2025, Decimal("0.01"))]),
        ([prevu(2025, "1000.01"), prevu(2026, "500")], [Ecart(2025, Decimal("-0.01"))]),
        ([prevu(2025, None), prevu(2025, None), prevu(2026, "500")], [Ecart(2025, deux_restes=True)]),
        ([prevu(2025, "1000"), prevu(2025, None), prevu(2026, "500")], [Ecart(2025)]),
        (
            [prevu(2025, "1000"), prevu(2027, "1")],
            [Ecart(2026, Decimal("500")), Ecart(2027, hors=True)],
        ),
        ([], [Ecart(2025, Decimal("1000")), Ecart(2026, Decimal("500"))]),
    ],
)
def test_un_echeancier_qui_ne_tombe_pas_juste_dit_son_ecart(lignes, ecarts):
    assert completer({2025: Decimal("1000"), 2026: Decimal("500")}, lignes)[1] == ecarts


def test_un_montant_vide_prend_le_reste_de_son_exercice():
    lignes, ecarts = completer({2025: Decimal("1000.10")}, [prevu(2025, "400.05"), prevu(2025, None)])
    assert ([p.montant for p in lignes], ecarts) == ([Decimal("400.05"), Decimal("600.05")], [])


@pytest.mark.parametrize(
    ("jour", "an"), [(date(2026, 4, 15), 2024), (date(2026, 9, 15), 2025), (date(2027, 4, 15), 2025)]
)
def test_septembre_et_l_avril_suivant_dependent_du_meme_rapport_de_juin(jour, an):
    assert dernier_rapport(jour) == an


@pytest.mark.parametrize("condition", CE_QUI_LIBERE)
def test_rien_ne_se_libere_avant_la_signature(condition):
    faits = Faits(en_vigueur=False, plan_approuve=True, jour=date(2030, 1, 1))
    assert not est_remplie(condition, date(2025, 1, 1), faits)


@pytest.mark.parametrize(
    ("condition", "attendue"),
    [
        ("signature", True),
        ("plan_approuve", False),
        ("date", True),
        ("rapport_accepte", False),
        ("rapport_final", False),
    ],
)
def test_une_condition_se_lit_des_faits(condition, attendue):
    faits = Faits(en_vigueur=True, plan_approuve=False, jour=date(2026, 1, 1))
    assert est_remplie(condition, date(2026, 1, 1), faits) is attendue
    assert not est_remplie("date", date(2026, 1, 2), faits)


def test_ce_qu_un_versement_attend_se_dit_en_quelques_mots():
    assert ce_qu_il_attend("prevue", "rapport_accepte", rapport="2025-2026") == (
        "l’acceptation du rapport de l’exercice 2025-2026"
    )
    assert ce_qu_il_attend("liberee", "date") == "la recommandation de Services Québec"
    assert ce_qu_il_attend("liberee", "date", sans_region=True) == (
        "la recommandation de l’analyse du Ministère"
    )
    assert ce_qu_il_attend("autorisee", "date", entamee=True) == (
        "le virement par les finances du Ministère, pour le reste"
    )
    assert ce_qu_il_attend("versee", "date") == ""
