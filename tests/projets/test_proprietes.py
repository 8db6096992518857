"""Des gestes au hasard sur des enveloppes que deux appels se partagent : jamais au-delà, tout ou rien."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from projets.models import Initiative
from tests.conventions.hasard import Machine, jouer
from tests.conventions.verite_de_l_argent import rangees
from tests.projets.hasard import JOURS, Partage
from tests.projets.verite import argent_des_initiatives_vrai

pytestmark = pytest.mark.django_db
HISTOIRES, GESTES = 18, 40
DECIDABLES = ("admissible", "en_attente")
RANG = st.integers(0, 7)
# Près de ce qui reste, et parfois rien : une décision prend d'une, de deux ou de trois enveloppes.
SOMMES = st.tuples(*[st.sampled_from([0, 0, "0.01", 5_000, 10_000, "17499.99", 30_000])] * 3)
GESTES_EPROUVES = {
    *("Partage.accepter", "Partage.mettre_en_attente", "Partage.proposer", "Partage.adopter"),
    *("Partage.repondre", "Partage.desister", "Partage.liberer", "Partage.liberer_l_echue"),
    *("Partage.prolonger", "Partage.prendre_ailleurs"),
}


class HistoireDesInitiatives(Machine):
    """Huit dossiers, deux appels, trois enveloppes; chaque pas est un geste tenté, permis ou non."""

    partage = None  # posé par l'essai : l'histoire part toujours de lui, et le rend intact

    def __init__(self):
        super().__init__()
        self.convention = self.partage.convention

    def verifier(self):
        argent_des_initiatives_vrai(self.convention)

    def parmi(self, rang, *etats):
        """Un dossier de l'un de ces états; s'il n'y en a plus, n'importe lequel, qui refusera."""
        vus = {i["id"]: i["etat"] for i in rangees(Initiative)}
        voulus = [n for n, cle in enumerate(self.partage.cles) if vus[cle] in etats]
        return voulus[rang % len(voulus)] if voulus else rang

    @rule(rang=RANG, sommes=SOMMES)
    def accepter(self, rang, sommes):
        self.tenter(self.partage.accepter, self.parmi(rang, *DECIDABLES), sommes)

    @rule(rang=RANG)
    def mettre_en_attente(self, rang):
        self.tenter(self.partage.mettre_en_attente, self.parmi(rang, *DECIDABLES))

    @rule(rang=RANG)
    def refuser(self, rang):
        self.tenter(self.partage.refuser, rang)

    @rule(rangs=st.lists(RANG, min_size=1, max_size=3), sommes=SOMMES)
    def tenir_une_seance(self, rangs, sommes):
        vises = [self.parmi(rang, *DECIDABLES) for rang in rangs]
        for rang in vises:
            self.tenter(self.partage.proposer, rang, sommes)
        self.tenter(self.partage.adopter, vises[0])

    @rule(appel=st.integers(0, 1))
    def repondre(self, appel):
        self.tenter(self.partage.repondre, appel)

    @rule(rang=RANG, comment=st.sampled_from(["desister", "liberer", "liberer_l_echue"]))
    def rendre(self, rang, comment):
        rang = self.parmi(rang, "acceptee")
        self.tenter(self.partage.repondre, rang)
        self.tenter(getattr(self.partage, comment), rang)

    @rule(rang=RANG, jours=st.sampled_from([-1, 0, 1, JOURS]))
    def prolonger(self, rang, jours):
        self.tenter(self.partage.prolonger, self.parmi(rang, "acceptee"), jours)

    @rule(rang=st.integers(0, 2), montant=st.sampled_from([1, 5_000, 20_000]))
    def prendre_ailleurs(self, rang, montant):
        self.tenter(self.partage.prendre_ailleurs, self.partage.enveloppes[rang], montant)

    @rule(rang=st.integers(0, 2), montant=st.sampled_from([1, 5_000, 20_000]))
    def rendre_ailleurs(self, rang, montant):
        self.tenter(self.partage.prendre_ailleurs, self.partage.enveloppes[rang], -montant)


@pytest.mark.long
def test_aucune_histoire_ne_reserve_plus_que_ce_qui_reste(cadre):
    HistoireDesInitiatives.partage = Partage(cadre)
    jouer(HistoireDesInitiatives, HISTOIRES, GESTES, GESTES_EPROUVES)
