"""Recevoir, accepter, défaire, payer au hasard des jours : rien ne se libère avant son temps, ni sans deux personnes.

Ce qui est vrai se recalcule des rangées brutes, sans une fonction du produit.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from alliances.plans.models import VersionPlan
from conventions.models import EcheanceVersement, Obligation
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.hasard import Machine, jouer

HISTOIRES, GESTES = 27, 40
DEBUT, FIN = date(2026, 4, 2), date(2027, 3, 31)  # la fin est celle de la convention
RANG, QUI = st.integers(0, 3), st.integers(0, 3)
JOURS = st.sampled_from([1, 7, 30, 31, 90, 170])
GESTES_EPROUVES = {
    *("Obligation.recevoir", "Obligation.accepter", "Obligation.annuler_reception"),
    *(
        "Obligation.annuler_acceptation",
        "EcheanceVersement.liberer_ce_qui_est_du",
        "EcheanceVersement.verser",
    ),
}
MARGE = timedelta(days=30)
APRES = ("liberee", "recommandee", "autorisee", "versee")


class Receptions(Machine):
    """Quatre versements, un par condition; le temps avance d'un geste à l'autre."""

    verifier_aux = 20

    @initialize()
    def signer(self):
        self.jour = DEBUT
        self.alliance = fabriques.fabrique_cadre().bsl
        self.convention = v.convention_signee(self.alliance)
        self.personnes = [fabriques.personne("mess") for _ in range(4)]
        Obligation.generer(self.convention, par=None)
        self.convention.obligations.exclude(nature="rapport_annuel", an=2025).update(
            echeance=date(2040, 1, 1)
        )
        dernier = self.convention.echeances.get(rang=4)
        dernier.montant -= Decimal("65000.00")
        dernier.save()
        EcheanceVersement.objects.create(
            convention=self.convention,
            an=2026,
            rang=5,
            montant=Decimal("65000.00"),
            condition="rapport_final",
            prevue_le=date(2027, 6, 30),
        )

    def tenter(self, geste, *args, **options):
        with time_machine.travel(f"{self.jour}T12:00-04:00", tick=False):
            return super().tenter(geste, *args, **options)

    def obligation(self, rang):
        rendues = self.convention.obligations.filter(nature__in=("rapport_annuel", "rapport_final"))
        siennes = list(rendues.select_related("convention__alliance").order_by("echeance", "pk"))
        return siennes[rang % len(siennes)]

    @rule(jours=JOURS)
    def passer(self, jours):
        self.jour += timedelta(days=jours)
        self.tenter(EcheanceVersement.liberer_ce_qui_est_du)

    @rule()
    def approuver_le_plan(self):
        if not VersionPlan.objects.filter(plan__alliance=self.alliance).exists():
            fabriques.version_approuvee(self.alliance)

    @rule(rang=RANG, qui=QUI)
    def recevoir(self, rang, qui):
        self.tenter(
            self.obligation(rang).recevoir, par=self.personnes[qui], le=self.jour, reference="Lettre 4"
        )

    @rule(rang=RANG, qui=QUI)
    def accepter(self, rang, qui):
        self.tenter(self.obligation(rang).accepter, par=self.personnes[qui])

    @rule(rang=RANG, qui=QUI, tout=st.booleans())
    def defaire(self, rang, qui, tout):
        obligation, par = self.obligation(rang), self.personnes[qui]
        self.tenter(obligation.annuler_acceptation, par=par, motif="Erreur")
        if tout:
            self.tenter(self.obligation(rang).annuler_reception, par=par, motif="Erreur")

    @rule(rang=st.integers(1, 5), qui=QUI, pas=st.integers(1, 3))
    def payer(self, rang, qui, pas):
        """Un, deux ou trois pas, par trois personnes."""
        a, b, c = (self.personnes[(qui + n) % 4] for n in range(3))
        self.tenter(v.premiere(self.convention, rang).recommander, par=a, note="Oui.")
        if pas > 1:
            self.tenter(v.premiere(self.convention, rang).autoriser, par=b)
        if pas > 2:
            echeance = v.premiere(self.convention, rang)
            options = {"montant": echeance.reste(), "verse_le": self.jour, "reference": f"V-{rang}"}
            self.tenter(echeance.verser, par=c, **options)

    @invariant()
    def rien_avant_son_temps(self):
        if self.convention is None:
            return
        plan = VersionPlan.objects.filter(plan__alliance=self.alliance, etat="approuvee").exists()
        obligations = list(self.convention.obligations.values())
        acceptes = {(o["nature"], o["an"]) for o in obligations if o["acceptee_le"]}
        for o in obligations:
            if o["acceptee_le"]:
                assert o["recue_par_id"] not in (None, o["acceptee_par_id"])
            if o["recue_le"] and o["an"]:
                assert o["recue_le"] > date(o["an"] + 1, 3, 31)
            if o["recue_le"] and o["nature"] == "rapport_final":
                assert o["recue_le"] > FIN
        for e in self.convention.echeances.values():
            if e["etat"] not in APRES:
                assert e["liberee_le"] is None
                continue
            assert e["liberee_le"] >= max(e["prevue_le"] - MARGE, date(e["an"], 4, 1))
            assert plan or e["rang"] == 1
            if e["condition"] == "rapport_accepte":
                assert ("rapport_annuel", e["rapport_an"]) in acceptes
            if e["condition"] == "rapport_final":
                assert ("rapport_final", None) in acceptes


@pytest.mark.long
@pytest.mark.django_db
def test_rien_ne_se_libere_avant_son_temps_ni_sans_deux_personnes():
    jouer(Receptions, HISTOIRES, GESTES, GESTES_EPROUVES)
