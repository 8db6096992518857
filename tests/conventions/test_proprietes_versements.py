"""Des gestes de paiement au hasard : aucun dollar deux fois, et jamais deux mains d'une même personne."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from conventions.management.commands.verifier_grand_livre import premier_virement_faux
from conventions.models import (
    AnnulationVersement,
    Derogation,
    EcheanceVersement,
    Ecriture,
    JournalConvention,
    Obligation,
    Recuperation,
    Versement,
)
from socle.erreurs import TransitionInterdite
from socle.horloge import aujourd_hui
from socle.models.chaines import premiere_rupture
from tests import fabriques
from tests.conventions import versements as v
from tests.conventions.verite import grand_livre_vrai

HISTOIRES, GESTES = 10, 60  # six cents
RANG = st.integers(0, 3)
RAREMENT = st.sampled_from([False, False, False, False, True])
QUI = st.integers(0, 3)  # quatre personnes de tous les rôles : c'est le geste qui doit refuser, pas la page
PARTS = st.sampled_from(["tout", "tout", "moitié", "un sou", "un sou de trop"])
REFERENCE = st.integers(0, 9)
SOU = Decimal("0.01")
GESTES_EPROUVES = {
    *("liberer_selon", "recommander", "autoriser", "verser", "annuler_confirmation", "inscrire"),
    *("suspendre", "reprendre", "accorder"),
}


class Paiements(RuleBasedStateMachine):
    """Une convention signée et ses versements prévus; chaque pas est un geste tenté, permis ou non."""

    comptes = Counter()

    def __init__(self):
        super().__init__()
        self.pas = 0
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def signer(self):
        self.convention = v.convention_signee(fabriques.fabrique_cadre().bsl)
        self.personnes = [fabriques.personne("mess") for _ in range(4)]
        EcheanceVersement.liberer_selon(self.convention, "signature", par=None)

    def tenter(self, geste, *args, **options):
        """Un refus du domaine est une issue normale : rien n'en reste au grand livre ni au journal."""
        self.comptes["tentes"] += 1
        avant = Ecriture.objects.count(), JournalConvention.objects.count(), Versement.objects.count()
        try:
            with transaction.atomic():
                resultat = geste(*args, **options)
        except TransitionInterdite:
            apres = Ecriture.objects.count(), JournalConvention.objects.count(), Versement.objects.count()
            assert apres == avant
            return
        if resultat not in (None, []):
            self.comptes[geste.__name__] += 1

    def echeance(self, rang):
        toutes = list(self.convention.echeances.order_by("rang"))
        return v.relire(toutes[rang % len(toutes)])

    @rule()
    def liberer(self):
        """Ce qui attend devient dû : le plan est approuvé, le rapport accepté, la date venue."""
        self.convention.echeances.filter(etat="prevue").update(
            condition="date", rapport_an=None, prevue_le=aujourd_hui()
        )
        self.tenter(EcheanceVersement.liberer_selon, self.convention, "date", par=None)

    @rule(rang=RANG, qui=QUI, au_hasard=RAREMENT)
    def avancer(self, rang, qui, au_hasard):
        """Le geste suivant, d'ordinaire; parfois l'autre."""
        echeance = self.echeance(rang)
        if (echeance.etat in ("prevue", "liberee")) is not au_hasard:
            self.tenter(echeance.recommander, par=self.personnes[qui], note="Oui.")
        else:
            self.tenter(echeance.autoriser, par=self.personnes[qui])

    @rule(rang=RANG, qui=QUI, part=PARTS, reference=REFERENCE)
    def payer(self, rang, qui, part, reference):
        """De bout en bout par trois personnes, là où il en est."""
        for pas in range(2):
            self.avancer(rang, (qui + pas) % 4, False)
        self.verser(rang, (qui + 2) % 4, part, reference, deux_fois=True)

    @rule(rang=RANG, qui=QUI, part=PARTS, reference=REFERENCE, deux_fois=st.booleans())
    def verser(self, rang, qui, part, reference, deux_fois):
        """Parfois deux fois de suite, comme un double clic : une seule ligne s'inscrit."""
        echeance = self.echeance(rang)
        reste = echeance.reste()
        montants = {"moitié": (reste / 2).quantize(SOU), "un sou": SOU, "un sou de trop": reste + SOU}
        options = {
            "par": self.personnes[qui],
            "montant": montants.get(part, reste),
            "verse_le": aujourd_hui(),
            "reference": f"V-{reference}",
        }
        self.tenter(echeance.verser, **options)
        if deux_fois:
            ecrits = Versement.objects.count()
            self.tenter(v.relire(echeance).verser, **options)
            assert Versement.objects.count() == ecrits

    @rule(qui=QUI, rang=RANG)
    def annuler(self, qui, rang):
        versements = list(Versement.objects.order_by("pk"))
        if versements:
            versement = versements[rang % len(versements)]
            echeance = v.relire(versement.echeance)
            options = {"par": self.personnes[qui], "versement": versement, "motif": "Mauvaise date."}
            self.tenter(echeance.annuler_confirmation, **options)

    @rule(qui=QUI, part=PARTS, reference=REFERENCE)
    def recuperer(self, qui, part, reference):
        recu = v.recu(self.convention)
        montant = {"moitié": (recu / 2).quantize(SOU), "un sou de trop": recu + SOU}.get(part, SOU)
        self.tenter(
            Recuperation.inscrire,
            self.convention,
            par=self.personnes[qui],
            an=2025,
            montant=montant,
            recue_le=aujourd_hui(),
            reference=f"R-{reference}",
            motif="Solde non dépensé.",
        )

    @rule(rang=RANG, qui=QUI, suspendre=RAREMENT)
    def arreter(self, rang, qui, suspendre):
        echeance, par = self.echeance(rang), self.personnes[qui]
        if not suspendre:
            self.tenter(echeance.reprendre, par=par)
        else:
            self.tenter(echeance.suspendre, par=par, motif="À revoir.")

    @rule(en_retard=RAREMENT)
    def tarder(self, en_retard):
        """Un rapport tarde, ou arrive enfin."""
        dues = Obligation.objects.filter(convention=self.convention, nature="rapport_annuel", an=2024)
        dues.delete()
        if en_retard:
            v.obligation_en_retard(self.convention)

    @rule(rang=RANG, qui=QUI, revoquer=st.booleans())
    def deroger(self, rang, qui, revoquer):
        echeance, par = self.echeance(rang), self.personnes[qui]
        derogation = Derogation.objects.filter(echeance=echeance).last()
        if revoquer and derogation:
            self.tenter(derogation.revoquer, par=par)
        else:
            self.tenter(Derogation.accorder, echeance, par=par, motif="Sa saisie tarde.")

    @invariant()
    def rien_de_trop(self):
        if not hasattr(self, "convention"):
            return
        self.pas += 1
        for echeance in self.convention.echeances.all().a_montrer():
            assert 0 <= echeance.reste() <= echeance.montant
            assert (echeance.reste() == 0) is (echeance.etat == "versee")
        for versement in Versement.objects.en_vigueur().select_related("echeance"):
            mains = [versement.echeance.recommandee_par_id, versement.echeance.autorisee_par_id]
            assert len({*mains, versement.par_id}) == 3
        references = list(Versement.objects.en_vigueur().values_list("reference", flat=True))
        assert len(references) == len(set(references))
        if self.pas % 10 == 0:
            assert premier_virement_faux() is None
            for modele in (Versement, AnnulationVersement, Recuperation):
                assert premiere_rupture(modele) is None
            grand_livre_vrai()


@pytest.mark.django_db
def test_des_centaines_de_gestes_de_paiement_ne_paient_jamais_deux_fois():
    Paiements.comptes.clear()
    reglages = settings(
        max_examples=HISTOIRES,
        stateful_step_count=GESTES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Paiements, settings=reglages)
    assert Paiements.comptes["tentes"] > 400
    assert set(Paiements.comptes) >= GESTES_EPROUVES, Paiements.comptes
