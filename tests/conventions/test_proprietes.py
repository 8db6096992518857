"""Des milliers de gestes au hasard, par des personnes au hasard : le grand livre reste vrai."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from conventions.models import Convention, Ecriture, Enveloppe, Repartition, Report, Solde, Transfert
from conventions.models.repartitions import a_repartir, enveloppes_a_servir
from conventions.models.reports import clore
from conventions.models.roles import ROLES
from conventions.permissions import peut
from conventions.regles.plus_fort_reste import repartir
from socle.argent import arrondir
from socle.erreurs import TransitionInterdite, VersionPerimee
from tests import fabriques
from tests.conventions.fabriques import arbre_dresse, convention_en_vigueur
from tests.conventions.verite import grand_livre_vrai

HISTOIRES, GESTES = 50, 80  # quatre mille
VERIFIER_AUX = 20  # gestes
ANS = st.sampled_from([2025, 2025, 2025, 2026])
SOMMES = st.one_of(
    st.sampled_from(["tout", "un sou", "un sou de trop"]),
    st.integers(min_value=1, max_value=60).map(str),  # en centièmes du disponible
)
ROLES_JOUES = (
    "coordination",
    "signature",
    "finances",
    "mess",
    "finances_mess",
    "territoire",
    "dgsq",
    "observation",
)
QUI = st.tuples(
    st.integers(0, 7), st.integers(0, 5)
)  # une fois sur six, n'importe qui; sinon, une qui en a le droit
RANG = st.integers(min_value=0, max_value=60)
POIDS = st.lists(st.integers(0, 9), min_size=20, max_size=20)
ERREUR = st.sampled_from([0, 0, 0, 0, 1])  # un sou de trop, une fois sur cinq
SENS = st.sampled_from([1, 1, -1])
EMPLOIS = st.sampled_from(["reserve", "engage", "verse"])
SOU = Decimal("0.01")
GESTES_EPROUVES = {
    *("enregistrer", "adopter", "demander", "approuver", "refuser", "retirer", "passer"),
    *("annuler", "reporter", "ajouter", "clore"),
}


class Histoire(RuleBasedStateMachine):
    """Une convention de deux exercices; chaque pas est un geste tenté par une personne, permis ou non."""

    comptes = Counter()

    def __init__(self):
        super().__init__()
        self.pas = 0
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self):
        if hasattr(self, "convention"):
            grand_livre_vrai()
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(forme=st.sampled_from(["region", "territoires", "ville"]), poids=POIDS)
    def signer(self, forme, poids):
        alliance = fabriques.fabrique_cadre().bsl
        portees = {"territoire": alliance.territoires.get(code="07"), "dgsq": alliance.regions.get()}
        nationaux = ("mess", "finances_mess", "observation")
        self.personnes = {
            role: fabriques.personne(role, None if role in nationaux else portees.get(role, alliance))
            for role in ROLES_JOUES
        }
        self.convention = convention_en_vigueur(alliance)
        arbre_dresse(self.convention, forme=forme)
        self._repartir(2025, (0, 1), poids, aussitot=True)

    def personne(self, qui, droit):
        """La personne qui tente le geste, et si elle en a le droit."""
        rang, n_importe = qui
        admis = ROLES_JOUES if n_importe == 0 or not droit else [r for r in ROLES_JOUES if r in ROLES[droit]]
        par = self.personnes[admis[rang % len(admis)]]
        convention = Convention.objects.select_related("alliance").get(pk=self.convention.pk)
        return par, not droit or peut(par, droit, convention) is None

    def tenter(self, qui, droit, geste, *args, **options):
        """Le geste d'une personne qui en a le droit; un refus du domaine est une issue normale, rien n'en reste."""
        self.comptes["tentes"] += 1
        par, permis = self.personne(qui, droit)
        if not permis:
            return None
        ecritures = Ecriture.objects.count()
        try:
            with transaction.atomic():
                resultat = geste(*args, par=par, **options)
        except (TransitionInterdite, VersionPerimee):
            assert Ecriture.objects.count() == ecritures
            return None
        self.comptes[geste.__qualname__.rpartition(".")[2]] += 1
        return resultat

    @staticmethod
    def somme(enveloppe, voulue):
        """Une somme qui se tient près du disponible : c'est là que les plafonds se franchissent."""
        disponible = Solde.objects.get(pk=enveloppe.pk).disponible
        exactes = {"tout": disponible, "un sou": SOU, "un sou de trop": disponible + SOU}
        return exactes.get(voulue) or max(
            SOU, arrondir(disponible * int(voulue if voulue.isdigit() else 1) / 100)
        )

    def arbre(self, an):
        relations = ("convention__alliance", "solde", "territoire")
        return list(Enveloppe.objects.de_l_arbre(self.convention, an).select_related(*relations))

    def enveloppe(self, an, rang, pourvue=False):
        """Une enveloppe au hasard, parmi celles qui ont des fonds s'il y en a et qu'on le demande."""
        arbre = self.arbre(an)
        choix = [e for e in arbre if e.parent_id and e.solde.disponible] if pourvue else []
        return (choix or arbre)[rang % len(choix or arbre)]

    @rule(an=ANS, qui=QUI, poids=POIDS, derive=ERREUR, perime=ERREUR, aussitot=st.booleans())
    def repartir(self, an, qui, poids, derive, perime, aussitot):
        self._repartir(an, qui, poids, derive, perime, aussitot)

    def _repartir(self, an, qui, poids, derive=0, perime=0, aussitot=False):
        arbre = self.arbre(an)
        servies = enveloppes_a_servir(arbre)
        if not servies:
            return
        employes = [e.solde.employe for e in servies]
        reste = a_repartir(arbre) - sum(employes)
        parts = repartir(reste, [p + (i == 0) for i, p in zip(range(len(servies)), poids, strict=False)])
        lignes = {
            e: (employe + part + derive * SOU, False, None)
            for e, employe, part in zip(servies, employes, parts, strict=True)
        }
        brouillon = Repartition.brouillon(self.convention, an)
        revision = brouillon.revision if brouillon else 0
        options = {"methode": "egales", "revision": revision - perime}
        garde = self.tenter(qui, "repartir", Repartition.enregistrer, self.convention, an, lignes, **options)
        if garde and aussitot:
            self._adopter(an, qui)

    @rule(an=ANS, qui=QUI)
    def adopter(self, an, qui):
        self._adopter(an, qui)

    def _adopter(self, an, qui):
        brouillon = Repartition.brouillon(self.convention, an)
        if brouillon:
            options = {"adoptee_le": date(2025, 6, 1), "resolution": "R", "piece": fabriques.fichier_pdf()}
            self.tenter(qui, "adopter-repartition", brouillon.adopter, **options)

    @rule(an=ANS, qui=QUI, de=RANG, vers=RANG, montant=SOMMES, aussitot=st.booleans())
    def demander(self, an, qui, de, vers, montant, aussitot):
        de, vers = self.enveloppe(an, de, pourvue=True), self.enveloppe(an, vers)
        montant = self.somme(de, montant)
        transfert = self.tenter(
            qui, "demander-transfert", Transfert.demander, de, vers, montant, motif="Essai"
        )
        if transfert and not aussitot:
            self.tenter(qui, "approuver-transfert", transfert.approuver)

    @rule(qui=QUI, rang=RANG)
    def repondre(self, qui, rang):
        geste = ("approuver", "refuser", "retirer")[rang % 3]
        tous = Transfert.objects.select_related("convention__alliance").order_by("pk")
        transferts = list(tous.demandes() if rang % 5 else tous) or list(tous)
        if transferts:
            options = {"motif": "Non"} if geste == "refuser" else {}
            transfert = transferts[rang % len(transferts)]
            self.tenter(qui, f"{geste}-transfert", getattr(transfert, geste), **options)

    @rule(an=ANS, rang=RANG, montant=SOMMES, compte=EMPLOIS, sens=SENS)
    def employer(self, an, rang, montant, compte, sens):
        """Ce que d'autres pièces écriront : réserver, engager, verser, libérer."""
        enveloppe = self.enveloppe(an, rang, pourvue=True)
        lignes = [(enveloppe, compte, sens * self.somme(enveloppe, montant))]
        options = {"nature": "engagement", "objet": "Essai"}
        self.tenter((2, 0), None, Ecriture.passer, self.convention, lignes, **options)

    @rule(an=ANS, montant=st.sampled_from([SOU, Decimal(70000), Decimal(1300000)]), sens=SENS)
    def recevoir(self, an, montant, sens):
        lignes = [(Enveloppe.racine(self.convention, an), "recu", sens * montant)]
        options = {"nature": "versement", "objet": "Essai"}
        self.tenter((4, 0), None, Ecriture.passer, self.convention, lignes, **options)

    @rule(qui=QUI, rang=RANG)
    def contrepasser(self, qui, rang):
        ecritures = list(Ecriture.objects.order_by("pk"))
        mouvement = ecritures[rang % len(ecritures)].mouvement
        self.tenter(qui, "contrepasser", Ecriture.annuler, mouvement, motif="Essai")

    @rule(an=ANS, qui=QUI, assez=st.integers(0, 3))
    def reporter(self, an, qui, assez):
        if assez:  # un report vide l’exercice : trop souvent, il n’y aurait plus rien à essayer
            return
        self.tenter(qui, "reporter-soldes", Report.reporter, self.convention, an, motif="Essai")

    @rule(an=ANS, qui=QUI, rang=RANG)
    def ajouter(self, an, qui, rang):
        nom = f"Réserve {self.pas}"
        parent = self.enveloppe(an, rang)
        self.tenter(
            qui, "dresser-arbre", Enveloppe.ajouter, self.convention, parent=parent, volet="reserve", nom=nom
        )

    @rule(an=ANS, qui=QUI, rang=RANG)
    def retirer(self, an, qui, rang):
        self.tenter(qui, "dresser-arbre", self.enveloppe(an, rang).retirer)

    @rule(qui=QUI, jour=st.sampled_from([date(2026, 4, 15), date(2025, 9, 1)]))
    def clore(self, qui, jour):
        if self.pas < GESTES // 2:  # clos trop tôt, l’exercice ne laisserait plus rien à essayer
            return
        exercice = self.convention.exercices.select_related("convention").get(an=2025)
        with time_machine.travel(jour, tick=False):
            self.tenter(qui, "clore-exercice", clore, exercice)

    @invariant()
    def reste_vrai(self):
        self.pas += 1
        if hasattr(self, "convention") and self.pas % VERIFIER_AUX == 0:
            grand_livre_vrai()


@pytest.mark.django_db
def test_des_milliers_de_gestes_au_hasard_laissent_le_grand_livre_vrai():
    Histoire.comptes.clear()
    reglages = settings(
        max_examples=HISTOIRES,
        stateful_step_count=GESTES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Histoire, settings=reglages)
    assert Histoire.comptes["tentes"] > 2000
    rares = {geste: n for geste, n in Histoire.comptes.items() if n < 3}
    assert not rares, "ces gestes n’ont presque jamais réussi : l’essai ne les éprouve pas"
    assert set(Histoire.comptes) >= GESTES_EPROUVES
