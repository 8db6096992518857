"""Des gestes au hasard sur la vie de quatre protocoles : chaque dollar décidé reste quelque part, au cent."""

from decimal import Decimal as D

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from projets.models.reservations import desister
from projets.protocoles.models import LigneDeReleve, Paiement, Protocole, Remboursement, Tranche
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.hasard import Machine, jouer
from tests.projets.hasard import Partage
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db
HISTOIRES, GESTES, DOSSIERS = 9, 40, 4
RANG = st.integers(0, 7)
# Près de ce qui reste, au-delà d'un cent, et parfois tout.
PART = st.sampled_from(["tout", "tout", "0.01", "1234.56", "un cent de trop"])
MOTIF = {"motif": "La salle n’est plus libre."}
GESTES_EPROUVES = {"transmettre", "signer", "refuser", "payer", "resilier", "clore", "rembourser"}


class Protocoles:
    """Quatre initiatives acceptées, qui se partagent trois enveloppes; `reference` ne sert qu'une fois."""

    def __init__(self, cadre):
        self.partage = Partage(cadre, dossiers=DOSSIERS)
        self.convention, self.table = self.partage.convention, self.partage.signataire
        self.caisses = [fabriques.personne("finances", cadre.bsl) for _ in range(2)]
        f.clauses_approuvees(cadre.bsl, self.table)
        for rang in range(DOSSIERS):
            self.partage.accepter(rang, (D("9000.01"), D("5000"), D("2500.50")))
            self.partage.repondre(rang)
        self.references = 0

    def initiative(self, rang):
        return self.partage.initiative(rang)

    def protocole(self, rang):
        vivant = Protocole.objects.vivants().filter(initiative=self.initiative(rang)).first()
        return f.relire(vivant) if vivant else None

    def transmettre(self, rang):
        protocole = self.protocole(rang) or f.prepare(self.initiative(rang), self.table)
        if not protocole.tranches.exists():
            protocole = f.avec_echeancier(protocole, self.table)
        return protocole.transmettre(par=self.table, revision=protocole.revision)

    def signer(self, rang, cote):
        protocole = self.protocole(rang)
        par = self.table if cote == "alliance" else protocole.initiative.deposee_par
        return f.signer(protocole, cote, par)

    def refuser(self, rang):
        protocole = self.protocole(rang)
        return protocole.refuser("organisme", par=protocole.initiative.deposee_par, **MOTIF)

    def geste(self, rang, nom, **options):
        return getattr(self.protocole(rang), nom)(par=self.table, **options)

    def tranche(self, rang, numero):
        tranches = list(Tranche.objects.filter(protocole=self.protocole(rang)))
        return tranches[numero % len(tranches)]

    def payer(self, rang, numero, part):
        tranche = self.tranche(rang, numero)
        return self._mouvoir(Paiement, "tranche", tranche, tranche.reste(), part)

    def rembourser(self, rang, part):
        dues = LigneDeReleve.objects.filter(protocole__initiative=self.initiative(rang), a_recuperer__gt=0)
        ligne = next((x for x in dues if x.reste()), dues.first())
        return self._mouvoir(Remboursement, "ligne", ligne, ligne.reste(), part) if ligne else []

    def _mouvoir(self, modele, champ, objet, reste, part):
        parts = {"tout": reste, "un cent de trop": reste + D("0.01")}
        montant = parts[part] if part in parts else D(part)
        self.references += 1
        saisie = {"montant": montant, "faite_le": aujourd_hui(), "reference": f"V-{self.references}"}
        return modele.inscrire(par=self.caisses[0], **{champ: objet}, **saisie)

    def contrepasser(self, rang, modele, main):
        lignes = list(modele.objects.en_vigueur().lues().order_by("pk"))
        return lignes[rang % len(lignes)].contrepasser(par=self.caisses[main], **MOTIF) if lignes else []

    def resilier(self, rang, part):
        protocole = self.protocole(rang)
        verses = {cle: v if part == "tout" else min(v, D("1234.56")) for cle, v in protocole.verses().items()}
        return protocole.resilier(par=self.table, demandee="table", a_recuperer=verses, **MOTIF)

    def clore(self, rang):
        """Ce qui reste à verser s'annule d'abord."""
        for tranche in self.protocole(rang).tranches.en_chemin():
            tranche.annuler(par=self.table, **MOTIF)
        return self.geste(rang, "clore")


class HistoireDesProtocoles(Machine):
    monde = None  # posé par l'essai : l'histoire part toujours de lui, et le rend intact

    def __init__(self):
        super().__init__()
        self.convention = self.monde.convention

    def verifier(self):
        argent_des_protocoles_vrai(self.convention)

    def sur(self, rang, geste, *args):
        """Un geste qui demande un protocole."""
        return self.tenter(geste, rang, *args) if self.monde.protocole(rang) else None

    @rule(rang=RANG, cotes=st.permutations(["alliance", "organisme"]), tout=st.booleans())
    def transmettre_puis_signer(self, rang, cotes, tout):
        self.tenter(self.monde.transmettre, rang)
        for cote in cotes if tout else cotes[:1]:
            self.sur(rang, self.monde.signer, cote)

    @rule(rang=RANG)
    def refuser(self, rang):
        self.tenter(self.monde.transmettre, rang)
        self.sur(rang, self.monde.refuser)

    @rule(rang=RANG)
    def se_desister(self, rang):
        i = self.monde.initiative(rang)
        self.tenter(desister, i, par=i.deposee_par, **MOTIF)

    @rule(rang=RANG, numero=RANG, part=PART)
    def payer(self, rang, numero, part):
        self.sur(rang, self.monde.payer, numero, part)

    @rule(rang=RANG, numero=RANG)
    def liberer(self, rang, numero):
        if self.monde.protocole(rang):
            self.tenter(self.monde.tranche(rang, numero).liberer, par=self.monde.table)

    @rule(rang=RANG, numero=RANG)
    def annuler(self, rang, numero):
        if self.monde.protocole(rang):
            self.tenter(self.monde.tranche(rang, numero).annuler, par=self.monde.table, **MOTIF)

    @rule(rang=RANG, modele=st.sampled_from([Paiement, Remboursement]), main=st.integers(0, 1))
    def contrepasser(self, rang, modele, main):
        self.tenter(self.monde.contrepasser, rang, modele, main)

    @rule(rang=RANG, nom=st.sampled_from(["suspendre", "lever_la_suspension"]))
    def suspendre(self, rang, nom):
        if self.monde.protocole(rang):
            self.tenter(self.monde.geste, rang, nom, **MOTIF)

    @rule(rang=RANG)
    def clore(self, rang):
        self.sur(rang, self.monde.clore)

    @rule(rang=RANG, part=PART)
    def resilier(self, rang, part):
        self.sur(rang, self.monde.resilier, part)
        self.tenter(self.monde.rembourser, rang, part)

    @rule(rang=RANG, part=PART)
    def rembourser(self, rang, part):
        self.tenter(self.monde.rembourser, rang, part)


@pytest.mark.long
def test_aucune_histoire_ne_perd_ni_n_invente_un_cent(cadre):
    HistoireDesProtocoles.monde = Protocoles(cadre)
    eprouves = {f"Protocoles.{geste}" for geste in GESTES_EPROUVES}
    jouer(HistoireDesProtocoles, HISTOIRES, GESTES, eprouves)
