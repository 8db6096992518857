"""Des gestes de paiement au hasard : aucun dollar deux fois, et jamais deux mains d'une même personne."""

from decimal import Decimal

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from conventions.management.commands.verifier_grand_livre import premier_virement_faux
from conventions.models import (
    AnnulationVersement,
    Derogation,
    EcheanceVersement,
    Enveloppe,
    Obligation,
    Recuperation,
    Versement,
)
from socle.models.chaines import premiere_rupture
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.hasard import Machine, jouer

HISTOIRES, GESTES = 25, 60  # mille cinq cents
RANG = st.integers(0, 3)
ARRETS = st.sampled_from([("suspendre",), ("reprendre",), ("suspendre", "reprendre")])
RAREMENT = st.sampled_from([False, False, False, False, True])
QUI = st.integers(0, 3)  # quatre personnes de tous les rôles : c'est le geste qui doit refuser, pas la page
PARTS = st.sampled_from(["tout", "tout", "moitié", "un sou", "un sou de trop"])
SUITES = st.sampled_from(["garder", "annuler", "recuperer"])
REFERENCE = st.integers(0, 29)
SOU = Decimal("0.01")
GESTES_EPROUVES = {
    *("EcheanceVersement.liberer_selon", "EcheanceVersement.recommander", "EcheanceVersement.autoriser"),
    *("EcheanceVersement.verser", "EcheanceVersement.annuler_confirmation", "Recuperation.inscrire"),
    *("EcheanceVersement.suspendre", "EcheanceVersement.reprendre", "Derogation.accorder"),
    "Derogation.revoquer",
}


class Paiements(Machine):
    """Une convention signée et ses versements prévus, aux mains de quatre personnes."""

    verifier_aux = 10  # gestes

    @initialize()
    def signer(self):
        alliance = fabriques.fabrique_cadre().bsl
        fabriques.version_approuvee(alliance)
        self.convention = v.convention_signee(alliance)
        self.personnes = [fabriques.personne("mess") for _ in range(4)]
        EcheanceVersement.liberer_selon(self.convention, "signature", par=None)

    def echeance(self, rang, *etats):
        """Une échéance au hasard, parmi celles de ces états s'il y en a."""
        toutes = list(self.convention.echeances.order_by("rang"))
        choix = [echeance for echeance in toutes if echeance.etat in etats] or toutes
        return v.relire(choix[rang % len(choix)])

    @rule(rang=RANG)
    def liberer(self, rang):
        """Ce qui attend devient dû : le plan est approuvé, le rapport accepté, la date venue."""
        due = self.echeance(rang, "prevue")
        self.convention.echeances.filter(pk=due.pk, etat="prevue").update(
            condition="date", rapport_an=None, prevue_le=aujourd_hui()
        )
        self.tenter(EcheanceVersement.liberer_selon, self.convention, "date", par=None)

    @rule(rang=RANG, qui=QUI, au_hasard=RAREMENT)
    def avancer(self, rang, qui, au_hasard):
        """Le geste suivant, d'ordinaire; parfois l'autre, où que l'échéance en soit."""
        etats = () if au_hasard else ("liberee", "recommandee")
        self._avancer(self.echeance(rang, *etats), qui, au_hasard)

    def _avancer(self, echeance, qui, au_hasard=False):
        if (echeance.etat in ("prevue", "liberee")) is not au_hasard:
            self.tenter(echeance.recommander, par=self.personnes[qui], note="Oui.")
        else:
            self.tenter(echeance.autoriser, par=self.personnes[qui])

    @rule(rang=RANG, qui=QUI, part=PARTS, reference=REFERENCE, suite=SUITES)
    def payer(self, rang, qui, part, reference, suite):
        """De bout en bout par trois personnes, là où il en est; c'est parfois une erreur, ou de trop."""
        echeance = self.echeance(rang, "liberee", "recommandee", "autorisee")
        for pas in range(2):
            self._avancer(v.relire(echeance), (qui + pas) % 4)
        versement = self._verser(v.relire(echeance), (qui + 2) % 4, part, reference, deux_fois=True)
        if versement and suite == "annuler":
            self._annuler(versement, qui)
        elif versement and suite == "recuperer":
            self.recuperer(qui, part, reference)

    @rule(
        rang=RANG, qui=QUI, part=PARTS, reference=REFERENCE, deux_fois=st.booleans(), au_hasard=st.booleans()
    )
    def verser(self, rang, qui, part, reference, deux_fois, au_hasard):
        """Parfois deux fois de suite, comme un double clic : une seule ligne s'inscrit."""
        etats = () if au_hasard else ("autorisee",)
        self._verser(self.echeance(rang, *etats), qui, part, reference, deux_fois)

    def _verser(self, echeance, qui, part, reference, deux_fois):
        reste = echeance.reste()
        montants = {"moitié": (reste / 2).quantize(SOU), "un sou": SOU, "un sou de trop": reste + SOU}
        options = {
            "par": self.personnes[qui],
            "montant": montants.get(part, reste),
            "verse_le": aujourd_hui(),
            "reference": f"V-{reference}",
        }
        versement = self.tenter(echeance.verser, **options)
        if deux_fois:
            ecrits = Versement.objects.count()
            self.tenter(v.relire(echeance).verser, **options)
            assert Versement.objects.count() == ecrits
        return versement

    @rule(qui=QUI, rang=RANG, deja=RAREMENT)
    def annuler(self, qui, rang, deja):
        tous = Versement.objects.order_by("pk")
        versements = list(tous if deja else tous.en_vigueur())
        if versements:
            self._annuler(versements[rang % len(versements)], qui)

    def _annuler(self, versement, qui):
        options = {"par": self.personnes[qui], "versement": versement, "motif": "Mauvaise date."}
        self.tenter(v.relire(versement.echeance).annuler_confirmation, **options)

    @rule(qui=QUI, part=PARTS, reference=REFERENCE)
    def recuperer(self, qui, part, reference):
        recu = v.recu(self.convention)
        montant = {"moitié": (recu / 2).quantize(SOU), "un sou de trop": recu + SOU}.get(part, SOU)
        self.tenter(
            Recuperation.inscrire,
            self.convention,
            par=self.personnes[qui],
            an=2025,
            parts={Enveloppe.racine(self.convention, 2025): montant},
            recue_le=aujourd_hui(),
            reference=f"R-{reference}",
            motif="Solde non dépensé.",
        )

    @rule(rang=RANG, qui=QUI, gestes=ARRETS)
    def arreter(self, rang, qui, gestes):
        par = self.personnes[qui]
        if "suspendre" in gestes:
            self.tenter(self.echeance(rang).suspendre, par=par, motif="À revoir.")
        if "reprendre" in gestes:
            self.tenter(self.echeance(rang, "suspendue").reprendre, par=par)

    @rule(en_retard=RAREMENT)
    def tarder(self, en_retard):
        """Un rapport tarde, ou arrive enfin."""
        dues = Obligation.objects.filter(convention=self.convention, nature="rapport_annuel", an=2024)
        dues.delete()
        if en_retard:
            v.obligation_en_retard(self.convention)

    @rule(rang=RANG, qui=QUI, en_retard=st.booleans(), revoquer=st.booleans())
    def deroger(self, rang, qui, en_retard, revoquer):
        """D'ordinaire parce qu'un rapport tarde; parfois la permission se retire aussitôt."""
        if en_retard:
            self.tarder(True)
        echeance, par = self.echeance(rang), self.personnes[qui]
        self.tenter(Derogation.accorder, echeance, par=par, motif="Sa saisie tarde.")
        derogation = Derogation.objects.filter(echeance=echeance).first()
        if revoquer and derogation:
            self.tenter(derogation.revoquer, par=par)

    @invariant()
    def rien_de_trop(self):
        for echeance in self.convention.echeances.all().a_montrer():
            assert 0 <= echeance.reste() <= echeance.montant
            assert (echeance.reste() == 0) is (echeance.etat == "versee")
        for versement in Versement.objects.en_vigueur().select_related("echeance"):
            mains = [versement.echeance.recommandee_par_id, versement.echeance.autorisee_par_id]
            assert len({*mains, versement.par_id}) == 3
        references = list(Versement.objects.en_vigueur().values_list("reference", flat=True))
        assert len(references) == len(set(references))

    def verifier(self):
        super().verifier()
        assert premier_virement_faux() is None
        for modele in (Versement, AnnulationVersement, Recuperation):
            assert premiere_rupture(modele) is None


@pytest.mark.long
@pytest.mark.django_db
def test_des_milliers_de_gestes_de_paiement_ne_paient_jamais_deux_fois():
    jouer(Paiements, HISTOIRES, GESTES, GESTES_EPROUVES)
