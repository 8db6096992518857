"""Le calendrier iCalendar, ligne par ligne (RFC 5545)."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from conventions.regles.calendrier_ics import Evenement, calendrier, echapper, plier

MAINTENANT = datetime(2026, 11, 21, 14, 18, 26, tzinfo=UTC)
RAPPORT = Evenement("obligation-7", date(2026, 6, 30), "Rapport annuel 2025-2026")


def lire(texte):
    """Les lignes dépliées."""
    assert texte.endswith("\r\n")
    return texte.replace("\r\n ", "").split("\r\n")[:-1]


def test_une_echeance_dure_la_journee_entiere_et_son_identifiant_ne_change_pas():
    lignes = lire(calendrier([RAPPORT], nom="Obligations", maintenant=MAINTENANT))
    assert lignes[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lignes[-1] == "END:VCALENDAR"
    assert "UID:obligation-7@conventions.alliances" in lignes
    assert "DTSTAMP:20261121T141826Z" in lignes
    assert "DTSTART;VALUE=DATE:20260630" in lignes
    assert "DTEND;VALUE=DATE:20260701" in lignes
    assert "STATUS:CONFIRMED" in lignes


def test_une_echeance_deplacee_ou_annulee_se_remplace_dans_l_agenda():
    deplacee = Evenement("obligation-7", date(2026, 9, 30), "Rapport", suite=2, annule=True)
    lignes = lire(calendrier([deplacee], nom="Obligations", maintenant=MAINTENANT))
    assert "SEQUENCE:2" in lignes
    assert "STATUS:CANCELLED" in lignes


def test_ce_qui_a_un_sens_pour_le_format_est_echappe():
    assert echapper("Rimouski, Matane; \\ fin\r\nsuite") == r"Rimouski\, Matane\; \\ fin\nsuite"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_une_ligne_pliee_tient_en_75_octets_et_se_deplie_telle_quelle(texte):
    pliee = plier(f"SUMMARY:{texte}")
    assert all(len(morceau.encode()) <= 75 for morceau in pliee.split("\r\n"))
    assert pliee.replace("\r\n ", "") == f"SUMMARY:{texte}"


def test_sans_evenement_le_calendrier_reste_un_calendrier():
    lignes = lire(calendrier([], nom="Vide", maintenant=MAINTENANT))
    assert "BEGIN:VEVENT" not in lignes
    assert "X-WR-CALNAME:Vide" in lignes
