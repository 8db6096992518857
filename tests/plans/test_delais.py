"""Les jours passés de chaque côté et le nombre de dépôts."""

from datetime import date

import pytest

from alliances.plans.models.delais import MINISTERE, SERVICES_QUEBEC, TABLE, calculer

HISTOIRE = [
    ("ouverture", date(2025, 1, 6)),
    ("depot", date(2025, 3, 3)),
    ("retour", date(2025, 3, 14)),
    ("depot", date(2025, 3, 29)),
    ("avis", date(2025, 4, 9)),
    ("decision", date(2025, 4, 13)),
]


def test_chaque_jour_est_compte_une_seule_fois():
    delais = calculer(HISTOIRE, date(2026, 1, 1))
    assert delais.jours == {TABLE: 56 + 15, SERVICES_QUEBEC: 11 + 11, MINISTERE: 4}
    assert sum(delais.jours.values()) == (date(2025, 4, 13) - date(2025, 1, 6)).days


def test_les_tours_sont_les_depots_et_les_retours_a_part():
    delais = calculer(HISTOIRE, date(2026, 1, 1))
    assert (delais.tours, delais.retours) == (2, 1)


def test_apres_la_decision_le_temps_ne_court_plus():
    delais = calculer(HISTOIRE, date(2026, 1, 1))
    assert delais.cote is None
    assert delais.depuis == date(2025, 4, 13)
    assert all(not en_cours for _, _, en_cours in delais.lignes)


def test_le_cote_qui_a_le_plan_accumule_jusqu_a_aujourd_hui():
    delais = calculer(HISTOIRE[:2], date(2025, 3, 10))
    assert delais.jours[SERVICES_QUEBEC] == 7
    assert delais.cote == SERVICES_QUEBEC
    assert ("À Services Québec", 7, True) in delais.lignes


def test_un_depot_retire_revient_a_la_table():
    delais = calculer([*HISTOIRE[:2], ("retrait", date(2025, 3, 5))], date(2025, 3, 20))
    assert delais.jours == {TABLE: 56 + 15, SERVICES_QUEBEC: 2, MINISTERE: 0}
    assert delais.cote == TABLE


def test_sans_direction_regionale_le_ministere_examine():
    delais = calculer(HISTOIRE, date(2026, 1, 1), sans_direction=True)
    assert delais.jours == {TABLE: 71, MINISTERE: 26}


def test_l_ordre_donne_n_importe_pas():
    assert calculer(HISTOIRE[::-1], date(2026, 1, 1)) == calculer(HISTOIRE, date(2026, 1, 1))


def test_un_evenement_inconnu_est_une_faute():
    with pytest.raises(KeyError):
        calculer([("perdu", date(2025, 1, 1))], date(2025, 1, 2))


def test_sans_evenement_il_n_y_a_pas_de_delai():
    delais = calculer([], date(2025, 1, 2))
    assert delais.cote is None
    assert set(delais.jours.values()) == {0}
