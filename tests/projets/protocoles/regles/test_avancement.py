"""Où en est un protocole : l'argent au cent, et à qui le tour."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projets.protocoles.regles.avancement import Versement, argent, prochaine, terme, tour

JOUR = date(2027, 1, 15)
PREMIERE = Versement(1, D(700), D(0), "liberee", "signature", date(2027, 1, 10))
FINALE = Versement(2, D(300), D(0), "prevue", "rapport", date(2027, 6, 1), retenue=True)
SOUS = st.integers(1, 10**9).map(lambda sous: D(sous) / 100)


@st.composite
def des_versements(draw):
    etats = st.sampled_from(["prevue", "liberee", "versee", "suspendue", "annulee"])
    montant = draw(SOUS)
    verse = D(draw(st.integers(0, int(montant * 100)))) / 100
    return Versement(1, montant, verse, draw(etats), "date", JOUR, draw(st.booleans()))


@given(st.lists(des_versements(), min_size=1, max_size=8))
def test_l_argent_fait_toujours_l_accorde(versements):
    dit = argent(sum(v.montant for v in versements), versements, D(0))
    assert dit.verse + dit.a_verser + dit.retenu + dit.libere == dit.accorde
    assert min(dit.verse, dit.a_verser, dit.retenu, dit.libere) >= 0
    assert sum(D(largeur) for _, _, largeur in dit.barre) <= D("1000.5")


def test_le_repere_du_depense_reste_sur_la_barre():
    assert argent(D(1000), [PREMIERE, FINALE], D(0)).repere is None
    assert argent(D(1000), [PREMIERE, FINALE], D(500)).repere == "500.0"
    assert argent(D(1000), [PREMIERE, FINALE], D(5000)).repere == "1000.0"


@pytest.mark.parametrize(
    "etat, manquent, qui",
    [
        ("preparation", (), "À la Table"),
        ("transmis", ("alliance", "organisme"), "Aux deux parties"),
        ("transmis", ("organisme",), "À l’organisme"),
        ("transmis", ("alliance",), "À l’Alliance"),
        ("clos", (), "À personne"),
        ("resilie", (), "À personne"),
        ("abandonne", (), "À personne"),
    ],
)
def test_le_tour_suit_l_etat(etat, manquent, qui):
    assert tour(etat, [PREMIERE], jour=JOUR, manquent=manquent).qui == qui


@pytest.mark.parametrize("etat", ["clos", "resilie"])
def test_fini_ce_qui_reste_a_rendre_revient_a_l_organisme(etat):
    dit = tour(etat, [PREMIERE], jour=JOUR, du=D(500))
    assert (dit.qui, dit.quoi) == ("À l’organisme", "Rembourser 500,00\xa0$.")


def test_en_vigueur_ce_qui_se_paie_passe_avant_ce_qui_s_accepte_puis_ce_qui_s_attend():
    dit = tour("signe", [PREMIERE, FINALE], jour=JOUR)
    assert (dit.qui, dit.quoi, dit.tarde) == ("Aux finances", "Verser 700,00\xa0$.", True)
    versee = replace(PREMIERE, verse=D(700), etat="versee")
    assert tour("signe", [versee, replace(FINALE, rapport="inscrit")], jour=JOUR).qui == "À la Table"
    attendu = tour("signe", [versee, FINALE], jour=JOUR)
    assert (attendu.qui, attendu.pour, attendu.tarde) == ("À l’organisme", FINALE.prevue_le, False)
    assert tour("signe", [versee, FINALE], jour=date(2027, 6, 2)).tarde
    datee = replace(FINALE, condition="date", retenue=False)
    assert tour("signe", [versee, datee], jour=JOUR).qui == "À personne"
    assert "clore" in tour("signe", [versee], jour=JOUR).quoi
    assert "suspendue" in tour("signe", [PREMIERE], jour=JOUR, suspendu=True).quoi


def test_la_prochaine_est_la_premiere_qui_reste():
    assert prochaine([FINALE, PREMIERE]) == PREMIERE
    assert prochaine([replace(PREMIERE, etat="annulee"), FINALE]) == FINALE
    assert prochaine([replace(PREMIERE, verse=D(700))]) is None


@pytest.mark.parametrize(
    "recu, accepte, jour, dit",
    [
        (False, False, date(2026, 12, 30), "va jusqu’au"),
        (False, False, date(2026, 12, 31), "Remettre le rapport final"),
        (True, False, date(2027, 1, 2), "Lire le rapport final"),
        (True, True, date(2026, 12, 31), "va jusqu’au"),
        (True, True, date(2027, 1, 1), "clore"),
    ],
)
def test_tout_est_verse_l_organisme_rend_compte_puis_la_table_clot(recu, accepte, jour, dit):
    reste = terme(date(2026, 12, 31), date(2027, 1, 31), recu, accepte, jour)
    assert dit in tour("signe", [], jour=jour, terme=reste).quoi
