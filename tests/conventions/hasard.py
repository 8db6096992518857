"""De quoi jouer des gestes au hasard : une machine par sorte d'histoire, et la manière de les lancer."""

import os
from collections import Counter

from django.db import connection, transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from alliances.models import Role
from conventions.models import Convention, Ecriture, JournalConvention, Versement
from conventions.models.roles import ROLES
from conventions.permissions import peut
from socle.erreurs import TransitionInterdite, VersionPerimee
from tests import fabriques
from tests.conventions.verite import grand_livre_vrai

ROLES_JOUES = (
    *("coordination", "signature", "finances", "mess", "finances_mess", "territoire", "dgsq"),
    *("observation", "approbation"),
)
NATIONAUX = (Role.MESS, Role.FINANCES_MESS, Role.OBSERVATION, Role.APPROBATION)
LOT = 9  # histoires
# PostgreSQL, où l'on sert, les joue toutes; SQLite, un lot, sauf si HISTOIRES=toutes le demande.
TOUTES = connection.vendor == "postgresql" or os.environ.get("HISTOIRES") == "toutes"
# Une fois sur six, n'importe qui; sinon, une personne qui en a le droit.
QUI = st.tuples(st.integers(0, len(ROLES_JOUES) - 1), st.integers(0, 5))


def jouer(machine, histoires, gestes, eprouves, graine=0):
    """Joue tant d'histoires d'autant de gestes, les mêmes pour un même code et une même graine.

    Toutes jouées, la moitié des gestes au moins sont permis de qui les tente, et chacun de `eprouves` a réussi trois
    fois. Par lots : après ses premières histoires, Hypothesis en recopie plus qu'il n'en tire, et un geste que
    celles-là ont écarté ne revient presque plus.
    """
    machine.comptes = Counter()
    jouees = histoires if TOUTES else min(LOT, histoires)
    for debut in range(0, jouees, LOT):
        reglages = settings(
            max_examples=min(LOT, jouees - debut),
            stateful_step_count=gestes,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(seed(graine + debut)(machine), settings=reglages)
    assert machine.comptes["tentes"] > jouees * gestes / 2
    rares = {geste: machine.comptes[geste] for geste in eprouves if machine.comptes[geste] < 3}
    assert not (TOUTES and rares), f"ces gestes n’ont presque jamais réussi : {rares}"


def nom_du_geste(geste):
    """« Transfert.retirer » : une enveloppe se retire aussi."""
    porteur = getattr(geste, "__self__", None)
    if porteur is None:
        return geste.__name__
    return f"{getattr(porteur, '__name__', type(porteur).__name__)}.{geste.__name__}"


class Machine(RuleBasedStateMachine):
    """Une histoire, dans une transaction que rien ne garde; chaque pas est un geste tenté, permis ou non."""

    comptes = Counter()  # tentés, refusés à la porte, et réussis par geste; `jouer` le vide
    convention = None
    verifier_aux = 20  # gestes

    def __init__(self):
        super().__init__()
        self.pas = 0
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def conclure(self):
        """Ce que chaque histoire fait avant de finir; rien, d'ordinaire."""

    def teardown(self):
        try:
            if self.convention:
                self.conclure()
                self.verifier()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @invariant()
    def reste_vrai(self):
        self.pas += 1
        if self.pas % self.verifier_aux == 0:
            self.verifier()

    def verifier(self):
        grand_livre_vrai()

    def tenter(self, geste, *args, **options):
        """Un refus du domaine est une issue normale : rien n'en reste au grand livre ni au journal."""
        self.comptes["tentes"] += 1
        avant = self._traces()
        try:
            with transaction.atomic():
                resultat = geste(*args, **options)
        except (TransitionInterdite, VersionPerimee):
            assert self._traces() == avant
            return None
        if resultat != []:  # rien n'était à faire
            self.comptes[nom_du_geste(geste)] += 1
        return resultat

    @staticmethod
    def _traces():
        return [modele.objects.count() for modele in (Ecriture, JournalConvention, Versement)]


class MachineAuxRoles(Machine):
    """La même, où chaque geste est celui d'une personne qui tient un rôle dans l'Alliance."""

    def peupler(self, alliance):
        portees = {"territoire": alliance.territoires.get(code="07"), "dgsq": alliance.regions.get()}
        self.personnes = {
            role: fabriques.personne(role, None if role in NATIONAUX else portees.get(role, alliance))
            for role in ROLES_JOUES
        }

    def tenter_par(self, qui, droit, geste, *args, **options):
        """Le geste de cette personne, si ce droit est le sien; la page, autrement, ne s'ouvrirait pas."""
        rang, n_importe = qui
        admis = [role for role in ROLES_JOUES if n_importe == 0 or role in ROLES[droit]]
        par = self.personnes[admis[rang % len(admis)]]
        convention = Convention.objects.select_related("alliance").get(pk=self.convention.pk)
        if peut(par, droit, convention) is None:
            return self.tenter(geste, *args, par=par, **options)
        self.comptes["refuses"] += 1
        return None
