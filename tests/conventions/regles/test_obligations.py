"""Ce qu'une convention oblige à rendre : les dates et les niveaux, sans base."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from conventions.regles import obligations as regles

SEUILS = {"seuil_examen": Decimal("50000"), "seuil_audit": Decimal("500000")}


def convention(**champs):
    valeurs = {
        "signee_le": date(2024, 12, 20),
        "fin": date(2029, 10, 31),
        "mois_pour_le_plan": 3,
        "echeance_plan_au_plus_tard": date(2025, 3, 31),
        "mois_pour_le_rapport": 3,
        "bilan_le": date(2027, 6, 30),
        "mois_pour_le_rapport_final": 3,
        **SEUILS,
    }
    return SimpleNamespace(**valeurs | champs)


@pytest.mark.parametrize(
    "jour, mois, attendu",
    [
        (date(2026, 3, 31), 3, date(2026, 6, 30)),
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2023, 11, 29), 3, date(2024, 2, 29)),
        (date(2025, 10, 15), 3, date(2026, 1, 15)),
        (date(2025, 1, 31), 0, date(2025, 1, 31)),
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
    ],
)
def test_les_mois_passent_les_annees_et_s_arretent_au_dernier_jour(jour, mois, attendu):
    assert regles.plus_mois(jour, mois) == attendu


@pytest.mark.parametrize(
    "signee_le, attendue",
    [(date(2024, 12, 20), date(2025, 3, 20)), (date(2025, 1, 15), date(2025, 3, 31))],
)
def test_l_echeance_du_plan_est_la_plus_hative_des_deux(signee_le, attendue):
    assert regles.echeance_du_plan(signee_le, 3, date(2025, 3, 31)) == attendue


@pytest.mark.parametrize(
    "debut, fin, attendu",
    [
        (date(2024, 11, 1), date(2029, 10, 31), date(2027, 6, 30)),
        (date(2025, 4, 1), date(2027, 3, 31), date(2026, 6, 30)),
        (date(2024, 1, 1), date(2025, 6, 30), date(2025, 6, 30)),
    ],
)
def test_le_bilan_se_fait_au_mois_de_juin_qui_suit_le_milieu(debut, fin, attendu):
    assert regles.mi_parcours(debut, fin) == attendu


@pytest.mark.parametrize(
    "montant, niveau",
    [
        ("49999.99", "Mission de compilation"),
        ("50000", "Mission d’examen"),
        ("499999.99", "Mission d’examen"),
        ("500000", "Mission d’audit"),
    ],
)
def test_le_niveau_des_etats_financiers_change_au_sou_du_seuil(montant, niveau):
    assert regles.niveau_des_etats(Decimal(montant), **SEUILS) == niveau


def test_une_convention_quinquennale_a_tout_son_calendrier():
    exercices = [(an, Decimal("1200000")) for an in range(2024, 2029)] + [(2029, Decimal("0"))]
    prevues = regles.prevoir(convention(), exercices)
    assert [(p.nature, p.an, p.echeance) for p in prevues if p.nature != "etats_financiers"] == [
        ("plan", None, date(2025, 3, 20)),
        ("rapport_annuel", 2024, date(2025, 6, 30)),
        ("rapport_annuel", 2025, date(2026, 6, 30)),
        ("bilan", None, date(2027, 6, 30)),
        ("rapport_annuel", 2026, date(2027, 6, 30)),
        ("rapport_annuel", 2027, date(2028, 6, 30)),
        ("rapport_annuel", 2028, date(2029, 6, 30)),
        ("rapport_final", None, date(2030, 1, 31)),
    ]
    etats = [p for p in prevues if p.nature == "etats_financiers"]
    assert [p.an for p in etats] == [2024, 2025, 2026, 2027, 2028]
    assert {p.precision for p in etats} == {"Mission d’audit"}
    assert len({p.cle for p in prevues}) == len(prevues)


def test_sans_bilan_ni_montant_il_reste_le_plan_et_les_rapports():
    natures = [p.nature for p in regles.prevoir(convention(bilan_le=None), [(2025, Decimal("0"))])]
    assert natures == ["plan", "rapport_annuel", "rapport_final"]


def test_signee_tard_une_convention_laisse_le_meme_delai_a_ses_rapports():
    tard = convention(signee_le=date(2025, 9, 15))
    prevues = {p.cle: p.echeance for p in regles.prevoir(tard, [(2024, Decimal("1")), (2025, Decimal("1"))])}
    assert prevues["rapport_annuel", 2024] == prevues["etats_financiers", 2024] == date(2025, 12, 15)
    assert prevues["rapport_annuel", 2025] == date(2026, 6, 30)


def actuelle(nature, echeance, an=None, faite_le=None, prolongee_au=None):
    return SimpleNamespace(cle=(nature, an), echeance=echeance, faite_le=faite_le, prolongee_au=prolongee_au)


def test_une_obligation_suit_la_convention_s_annule_ou_s_ajoute_et_ce_qui_est_fait_ne_bouge_pas():
    juin, avril = date(2026, 6, 30), date(2026, 4, 30)
    prevues = [
        regles.Prevue("plan", avril),
        regles.Prevue("rapport_annuel", avril, 2025),
        regles.Prevue("bilan", avril),
    ]
    actuelles = [
        actuelle("plan", juin, faite_le=date(2025, 3, 1)),
        actuelle("rapport_annuel", juin, 2025),
        actuelle("rapport_annuel", juin, 2026),
    ]
    suites = regles.suites(prevues, actuelles)
    assert [(s.actuelle, s.prevue, s.echeance) for s in suites] == [
        (actuelles[1], prevues[1], avril),
        (actuelles[2], None, None),
        (None, prevues[2], avril),
    ]


@pytest.mark.parametrize(
    "accordee, attendue",
    [
        (None, date(2026, 4, 30)),
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 7, 31), date(2026, 7, 31)),
    ],
)
def test_une_prolongation_accordee_tient_si_elle_est_plus_tardive(accordee, attendue):
    suivie = actuelle("bilan", date(2026, 6, 30), prolongee_au=accordee)
    assert regles.Suite(suivie, regles.Prevue("bilan", date(2026, 4, 30))).echeance == attendue


@pytest.mark.parametrize(
    "avant, apres, attendu",
    [
        (date(2026, 6, 30), date(2026, 4, 30), True),
        (None, date(2026, 4, 30), True),
        (date(2026, 6, 30), date(2026, 5, 15), False),
        (date(2026, 5, 15), date(2026, 5, 14), True),
        (date(2026, 5, 14), date(2026, 4, 30), False),
        (date(2026, 6, 30), None, False),
    ],
)
def test_ne_met_en_retard_que_ce_qui_ne_l_etait_pas(avant, apres, attendu):
    suite = regles.Suite(avant and actuelle("bilan", avant), apres and regles.Prevue("bilan", apres))
    assert suite.met_en_retard(date(2026, 5, 15)) is attendu
