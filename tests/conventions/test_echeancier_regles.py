"""Proposer un échéancier : la somme de chaque exercice est exacte, quels que soient les réglages."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conventions.regles.conditions import Faits, ce_qu_il_attend, ce_qui_manque, libre_des
from conventions.regles.echeancier import (
    Ecart,
    Prevu,
    Reglages,
    completer,
    dernier_rapport,
    proposer,
    retenue_manquante,
)

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


def test_un_exercice_sans_fonds_n_a_ni_versement_ni_rapport_attendu():
    """Le rapport attendu est celui d'un exercice que la convention finance; sinon, la date suffit."""
    prevus = proposer({2024: Decimal(0), 2025: Decimal(100_000), 2027: Decimal(50_000)}, **JOURS)
    assert lus(prevus) == [
        (2025, "70000.00", "signature", "2025-01-15", None),
        (2025, "30000.00", "plan_approuve", "2025-03-31", None),
        (2027, "25000.00", "rapport_accepte", "2027-04-15", 2025),
        (2027, "25000.00", "rapport_accepte", "2027-09-15", 2025),
    ]


@pytest.mark.parametrize(
    ("retenus", "voulu"),
    [([], "65000.00"), (["65000.00"], None), (["64999.99"], "65000.00"), (["60000.00", "5000.00"], None)],
)
def test_une_retenue_est_dans_l_echeancier_au_sou_pres(retenus, voulu):
    dernier = Decimal("650000.00") - sum(map(Decimal, retenus))
    prevus = [prevu(2026, "1000"), prevu(2027, dernier)]
    prevus += [Prevu(2027, Decimal(montant), "rapport_final", date(2027, 6, 30)) for montant in retenus]
    assert retenue_manquante(prevus, Decimal(10)) == (voulu and Decimal(voulu))
    assert retenue_manquante(prevus, None) is None


@pytest.mark.parametrize("retenue", [Decimal(1), Decimal(25), Decimal(50), Decimal(100)])
def test_la_proposition_tient_la_retenue(retenue):
    prevus = proposer(EXERCICES, **JOURS, reglages=Reglages(retenue=retenue))
    assert retenue_manquante(prevus, retenue) is None


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


def faits(**champs):
    return Faits(**{"en_vigueur": True, "plan_approuve": True, "jour": date(2026, 9, 1)} | champs)


def manque(condition, *, an=2026, prevue_le=date(2026, 9, 15), **champs):
    return list(ce_qui_manque(condition, libre_des(condition, an, prevue_le, 30), faits(**champs)))


CONDITIONS = ("signature", "plan_approuve", "rapport_accepte", "rapport_final", "date")


@pytest.mark.parametrize("condition", CONDITIONS)
def test_rien_ne_se_libere_avant_la_signature(condition):
    assert manque(condition, en_vigueur=False, rapport_accepte=True)[0] == "signature"


@pytest.mark.parametrize(
    ("condition", "attendu"),
    [
        ("signature", []),
        ("plan_approuve", []),
        ("rapport_accepte", ["rapport_accepte"]),
        ("rapport_final", ["rapport_final"]),
        ("date", ["jour"]),
    ],
)
def test_une_condition_se_lit_des_faits(condition, attendu):
    assert manque(condition) == attendu


@pytest.mark.parametrize("condition", CONDITIONS)
def test_rien_ne_se_libere_avant_le_plan_sauf_le_premier_ou_si_la_convention_le_dit(condition):
    assert "plan_approuve" in manque(condition, plan_approuve=False)
    lu = manque(condition, plan_approuve=False, sans_plan=True)
    assert ("plan_approuve" in lu) is (condition == "plan_approuve")


@pytest.mark.parametrize(("jour", "libre"), [(date(2026, 8, 15), False), (date(2026, 8, 16), True)])
def test_un_versement_se_libere_tant_de_jours_avant_sa_date(jour, libre):
    assert (manque("rapport_accepte", rapport_accepte=True, jour=jour) == []) is libre


@pytest.mark.parametrize(("jour", "libre"), [(date(2026, 9, 14), False), (date(2026, 9, 15), True)])
def test_qui_n_attend_que_sa_date_ne_se_libere_pas_avant_elle(jour, libre):
    assert (manque("date", jour=jour) == []) is libre


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(("jour", "libre"), [(date(2027, 3, 31), False), (date(2027, 4, 1), True)])
def test_rien_ne_se_libere_avant_le_debut_de_son_exercice(condition, jour, libre):
    lu = manque(condition, an=2027, prevue_le=date(2027, 4, 1), rapport_accepte=True, jour=jour)
    assert (lu == []) is libre


def test_ce_qu_un_versement_attend_se_dit_en_quelques_mots():
    assert ce_qu_il_attend("prevue", ["rapport_accepte", "jour"], rapport="2025-2026", jour="1er mai") == (
        "l’acceptation du rapport de l’exercice 2025-2026"
    )
    assert ce_qu_il_attend("prevue", ["plan_approuve", "rapport_final"]) == (
        "l’approbation du plan d’action et l’acceptation du rapport final"
    )
    assert ce_qu_il_attend("prevue", ["jour"], jour="16 août 2026") == "le 16 août 2026"
    assert ce_qu_il_attend("prevue", []) == "la recommandation de Services Québec"
    assert ce_qu_il_attend("liberee") == "la recommandation de Services Québec"
    assert ce_qu_il_attend("liberee", sans_region=True) == "la recommandation de l’analyse du Ministère"
    assert ce_qu_il_attend("autorisee", entamee=True) == (
        "le virement par les finances du Ministère, pour le reste"
    )
    assert ce_qu_il_attend("versee") == ""
