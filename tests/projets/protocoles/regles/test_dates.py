"""Les dates proposées : celles de la demande, jamais dans le passé, jamais au-delà de la convention ni du cycle."""

from datetime import date
from types import SimpleNamespace

from projets.protocoles.regles.dates import fautes_de_dates, proposer_dates

CYCLE = SimpleNamespace(debut=date(2024, 4, 1), fin_realisation=date(2029, 3, 31))
CONVENTION = SimpleNamespace(numero="CONV-1", fin=date(2029, 10, 31))
JOUR = date(2026, 11, 30)


def proposees(debut, fin, **plus):
    dates = proposer_dates(debut, fin, **{"convention": CONVENTION, "cycle": CYCLE, "jour": JOUR} | plus)
    assert (
        list(fautes_de_dates(*dates.values(), convention=plus.get("convention", CONVENTION), cycle=CYCLE))
        == []
    )
    return tuple(dates.values())


def test_celles_de_la_demande_a_venir_se_gardent_et_le_rapport_suit():
    assert proposees(date(2027, 1, 4), date(2028, 3, 31)) == (
        date(2027, 1, 4),
        date(2028, 3, 31),
        date(2028, 4, 30),
    )


def test_un_debut_passe_devient_aujourd_hui_et_une_fin_passee_garde_sa_duree():
    assert proposees(date(2026, 9, 1), date(2027, 3, 31))[:2] == (JOUR, date(2027, 3, 31))
    assert proposees(date(2025, 9, 1), date(2026, 9, 1))[:2] == (JOUR, date(2027, 11, 30))


def test_rien_ne_va_au_dela_de_la_convention():
    courte = SimpleNamespace(numero="CONV-2", fin=date(2027, 3, 31))
    assert proposees(date(2027, 1, 4), date(2028, 3, 31), convention=courte)[1:] == (courte.fin, courte.fin)


def test_sans_dates_la_realisation_du_cycle():
    assert proposees(None, None)[:2] == (JOUR, CYCLE.fin_realisation)
