"""Des gestes au hasard sur la vie de quatre protocoles : chaque dollar décidé reste quelque part, au cent."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from projets.models.reservations import desister
from projets.protocoles.models import (
    AvenantProtocole,
    LigneDeReleve,
    Paiement,
    Protocole,
    Rectificatif,
    Remboursement,
    Tranche,
)
from projets.protocoles.models.lots import payer_en_lot
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.hasard import Machine, jouer
from tests.conventions.verite_de_l_argent import rangees
from tests.projets.hasard import Partage
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.verite import argent_des_protocoles_vrai

pytestmark = pytest.mark.django_db
HISTOIRES, GESTES, DOSSIERS = 27, 40, 4
RANG = st.integers(0, 7)
# Près de ce qui reste, au-delà d'un cent, et parfois tout.
PART = st.sampled_from(["tout", "tout", "0.01", "1234.56", "un cent de trop"])
MOTIF = {"motif": "La salle n’est plus libre."}
GESTES_EPROUVES = {
    *("transmettre", "signer", "refuser", "payer", "contrepasser"),
    *("resilier", "clore", "rembourser", "rectifier", "repondre_au_rectificatif"),
    *("inscrire_deja_parti", "payer_d_un_seul_cheque"),
    *("ouvrir_un_avenant", "signer_l_avenant", "avenant"),
}


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

    def a_verser(self, rang, numero):
        """L'une de celles qui se versent; sinon, n'importe laquelle, qui refusera."""
        libres = list(Tranche.objects.filter(protocole=self.protocole(rang), etat="liberee"))
        return libres[numero % len(libres)] if libres else self.tranche(rang, numero)

    def payer(self, rang, numero, part):
        tranche = self.a_verser(rang, numero)
        return self._mouvoir(Paiement, "tranche", tranche, tranche.reste(), part)

    def inscrire_deja_parti(self, rang, numero, part):
        """L'un de ceux qu'on a arrêtés après les avoir libérés; sinon, n'importe lequel, qui refusera."""
        tranches = Tranche.objects.filter(protocole=self.protocole(rang)).select_related("protocole")
        arretees = [t for t in tranches if t.arret]
        tranche = arretees[numero % len(arretees)] if arretees else self.tranche(rang, numero)
        parts = {"tout": tranche.reste(), "un cent de trop": tranche.reste() + D("0.01")}
        self.references += 1
        saisie = {"montant": parts[part] if part in parts else D(part), "faite_le": aujourd_hui()}
        saisie |= MOTIF | {"reference": f"V-{self.references}", "tranche": tranche}
        saisie["piece"] = fabriques.fichier_pdf()
        return Paiement.inscrire_deja_parti(par=self.caisses[0], **saisie)

    def payer_d_un_seul_cheque(self, rang):
        """Tout ce qui se verse, sous une référence."""
        self.references += 1
        libres = Tranche.objects.filter(protocole=self.protocole(rang), etat="liberee")
        virements = [(t, t.reste(), aujourd_hui(), f"CH-{self.references}") for t in libres]
        return payer_en_lot(virements, par=self.caisses[0])

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

    # --- L'avenant ---

    def en_route(self, rang):
        ouverts = AvenantProtocole.objects.filter(protocole=self.protocole(rang)).ouverts()
        return f.relire_avenant(ouverts.get()) if ouverts.exists() else None

    def ouvrir_un_avenant(self, rang, numero, part):
        """Un versement à venir baisse, disparaît ou se coupe en deux; parfois il monte, et c'est refusé."""
        ouvert = AvenantProtocole.ouvrir(self.protocole(rang), par=self.table, **MOTIF)
        prevues = ouvert.prevues()
        if prevues:
            n = numero % len(prevues)
            prevues[n : n + 1] = _autrement(prevues[n], part)
        ecrit = ouvert.modifier(par=self.table, revision=ouvert.revision, tranches=prevues)
        return ecrit.transmettre(par=self.table)

    def signer_l_avenant(self, rang, cote):
        avenant = self.en_route(rang)
        par = self.table if cote == "alliance" else avenant.initiative.deposee_par
        return f.signer(avenant, cote, par)

    def avenant(self, rang, geste):
        """Le reprendre, le transmettre de nouveau, l'abandonner."""
        plus = MOTIF if geste == "abandonner" else {}
        return getattr(self.en_route(rang), geste)(par=self.table, **plus)

    def resilier(self, rang, part):
        protocole = self.protocole(rang)
        verses = {cle: v if part == "tout" else min(v, D("1234.56")) for cle, v in protocole.verses().items()}
        return protocole.resilier(par=self.table, demandee="table", **f.appui(), a_recuperer=verses, **MOTIF)

    def clore(self, rang):
        """Ce qui reste à verser s'annule d'abord, la fin passe, et le rapport final est accepté."""
        protocole = self.protocole(rang)
        if protocole.etat == "signe" and not protocole.est_suspendu and not protocole.rapport_final():
            f.pret_a_clore(protocole, self.table)
        return self.geste(rang, "clore")

    # --- Le relevé rectificatif ---

    def rectifier(self, rang, numero, part, radie):
        """De l'une des sommes versées, ce qui est à récupérer change, ou se radie."""
        lignes = list(LigneDeReleve.objects.filter(protocole=self.protocole(rang)))
        ligne = lignes[numero % len(lignes)] if lignes else None
        parts = {"tout": ligne.garde + ligne.a_recuperer, "un cent de trop": ligne.decide} if ligne else {}
        du = parts.get(part) if part in parts else D(part if part[0].isdigit() else 0)
        sommes = {"a_recuperer": ligne.rembourse(), "radie": du} if radie and ligne else {"a_recuperer": du}
        sommes = {ligne.pk: sommes} if ligne else {}
        return Rectificatif.proposer(self.protocole(rang), par=self.table, sommes=sommes, **MOTIF)

    def repondre_au_rectificatif(self, rang, confirme):
        attend = Rectificatif.objects.en_attente().filter(protocole=self.protocole(rang)).first()
        if attend is None:
            return []
        return attend.confirmer(par=self.caisses[1]) if confirme else attend.ecarter(par=self.table, **MOTIF)


def _autrement(prevue, part):
    """Ce qu'un avenant ferait d'un versement : l'ôter, le hausser d'un cent, le couper, ou le baisser."""
    if part == "tout":
        return []
    if part == "un cent de trop":
        return [replace(prevue, montant=prevue.montant + D("0.01"))]
    if part == "0.01":
        bout = replace(prevue, montant=min(D("0.01"), prevue.montant))
        return [bout, replace(prevue, montant=max(prevue.montant - D("0.01"), D("0.01")))]
    return [replace(prevue, montant=min(D(part), prevue.montant))]


class HistoireDesProtocoles(Machine):
    monde = None  # posé par l'essai : l'histoire part toujours de lui, et le rend intact

    def __init__(self):
        super().__init__()
        self.convention = self.monde.convention

    def verifier(self):
        argent_des_protocoles_vrai(self.convention)

    def sur(self, rang, geste, *args, **options):
        """Un geste qui demande un protocole."""
        return self.tenter(geste, rang, *args, **options) if self.monde.protocole(rang) else None

    def parmi(self, rang, *etats):
        """Un dossier dont le protocole est à l'un de ces états; s'il n'y en a pas, n'importe lequel, qui refusera."""
        vus = {protocole["initiative_id"]: protocole["etat"] for protocole in rangees(Protocole)}
        voulus = [n for n, cle in enumerate(self.monde.partage.cles) if vus.get(cle) in etats]
        return voulus[rang % len(voulus)] if voulus else rang

    def en_vigueur(self, rang):
        """Un protocole signé, qu'on signe d'abord s'il n'y en a pas."""
        if "signe" not in {protocole["etat"] for protocole in rangees(Protocole)}:
            self.transmettre_et_signer(rang, ["organisme", "alliance"])
        return self.parmi(rang, "signe")

    def transmettre_et_signer(self, rang, cotes):
        self.tenter(self.monde.transmettre, rang)
        for cote in cotes:
            self.sur(rang, self.monde.signer, cote)

    @rule(rang=RANG, cotes=st.permutations(["alliance", "organisme"]), combien=st.integers(1, 2))
    def signer(self, rang, cotes, combien):
        self.transmettre_et_signer(rang, cotes[:combien])

    @rule(rang=RANG)
    def refuser(self, rang):
        self.tenter(self.monde.transmettre, rang)
        self.sur(self.parmi(rang, "transmis"), self.monde.refuser)

    @rule(rang=RANG)
    def se_desister(self, rang):
        i = self.monde.initiative(rang)
        self.tenter(desister, i, par=i.deposee_par, **MOTIF)

    @rule(rang=RANG, versements=st.lists(st.tuples(RANG, PART), min_size=1, max_size=3))
    def payer(self, rang, versements):
        rang = self.en_vigueur(rang)
        for numero, part in versements:
            self.sur(rang, self.monde.payer, numero, part)

    @rule(rang=RANG, numero=RANG, part=PART, arret=st.sampled_from(["annuler", "suspendre", "resilier"]))
    def apprendre_un_virement(self, rang, numero, part, arret):
        """Arrêté, un versement qui était déjà parti."""
        rang = self.en_vigueur(rang)
        if arret == "annuler" and self.monde.protocole(rang):
            self.tenter(self.monde.tranche(rang, numero).annuler, par=self.monde.table, **f.appui(), **MOTIF)
        elif arret == "suspendre":
            self.sur(rang, self.monde.geste, "suspendre", **MOTIF)
        else:
            self.sur(rang, self.monde.resilier, part)
        self.sur(rang, self.monde.inscrire_deja_parti, numero, part)

    @rule(rang=RANG)
    def payer_d_un_seul_cheque(self, rang):
        self.sur(self.en_vigueur(rang), self.monde.payer_d_un_seul_cheque)

    @rule(rang=RANG, numero=RANG, geste=st.sampled_from(["liberer", "liberer", "annuler"]))
    def changer_une_tranche(self, rang, numero, geste):
        rang = self.en_vigueur(rang)
        if self.monde.protocole(rang):
            plus = MOTIF | f.appui() if geste == "annuler" else MOTIF
            self.tenter(getattr(self.monde.tranche(rang, numero), geste), par=self.monde.table, **plus)

    @rule(
        rang=RANG,
        numero=RANG,
        part=PART,
        cotes=st.permutations(["alliance", "organisme"]),
        entre=st.booleans(),
        repris=st.booleans(),
    )
    def changer_par_un_avenant(self, rang, numero, part, cotes, entre, repris):
        """`entre` : un versement passe avant la dernière signature; l'avenant est alors à reprendre."""
        rang = self.en_vigueur(rang)
        self.sur(rang, self.monde.ouvrir_un_avenant, numero, part)
        for geste in ("reprendre", "transmettre") if repris else ():
            self.si_en_route(rang, self.monde.avenant, geste)
        for cote in cotes:
            self.si_en_route(rang, self.monde.signer_l_avenant, cote)
            if entre:
                self.sur(rang, self.monde.payer, numero, "1234.56")

    @rule(rang=RANG, gestes=st.lists(st.sampled_from(["reprendre", "transmettre", "abandonner"]), max_size=2))
    def mener_un_avenant(self, rang, gestes):
        rang = self.en_vigueur(rang)
        for geste in gestes:
            self.si_en_route(rang, self.monde.avenant, geste)

    def si_en_route(self, rang, geste, *args):
        return self.tenter(geste, rang, *args) if self.monde.en_route(rang) else None

    @rule(rang=RANG, modele=st.sampled_from([Paiement, Remboursement]), main=st.integers(0, 1))
    def contrepasser(self, rang, modele, main):
        self.tenter(self.monde.contrepasser, rang, modele, main)

    @rule(rang=RANG, nom=st.sampled_from(["suspendre", "lever_la_suspension", "lever_la_suspension"]))
    def suspendre(self, rang, nom):
        self.sur(self.en_vigueur(rang), self.monde.geste, nom, **MOTIF)

    @rule(rang=RANG)
    def clore(self, rang):
        self.sur(self.parmi(rang, "signe"), self.monde.clore)

    @rule(rang=RANG, part=PART, rendu=PART)
    def resilier(self, rang, part, rendu):
        rang = self.parmi(rang, "signe")
        self.sur(rang, self.monde.payer, 0, part)
        self.sur(rang, self.monde.resilier, part)
        self.tenter(self.monde.rembourser, rang, rendu)

    @rule(rang=RANG, numero=RANG, part=PART, radie=st.booleans(), confirme=st.booleans(), rendu=PART)
    def rectifier(self, rang, numero, part, radie, confirme, rendu):
        """Après la fin : proposé, un remboursement passe parfois, puis confirmé ou écarté."""
        rang = self.parmi(rang, "resilie", "clos")
        self.sur(rang, self.monde.rectifier, numero, part, radie)
        self.tenter(self.monde.rembourser, rang, rendu)
        self.sur(rang, self.monde.repondre_au_rectificatif, confirme)

    @rule(rang=RANG, part=PART)
    def rembourser(self, rang, part):
        self.tenter(self.monde.rembourser, self.parmi(rang, "resilie", "clos"), part)


@pytest.mark.long
def test_aucune_histoire_ne_perd_ni_n_invente_un_cent(cadre):
    HistoireDesProtocoles.monde = Protocoles(cadre)
    eprouves = {f"Protocoles.{geste}" for geste in GESTES_EPROUVES}
    jouer(HistoireDesProtocoles, HISTOIRES, GESTES, eprouves)
