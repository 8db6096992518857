"""Des milliers de gestes au hasard, par des personnes au hasard : le grand livre reste vrai."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from conventions.models import DemandeAnnulation, Ecriture, Enveloppe, Repartition, Report, Solde, Transfert
from conventions.models.clotures import clore
from conventions.models.repartitions import a_repartir, enveloppes_a_servir
from conventions.regles.plus_fort_reste import repartir
from socle.valeurs.argent import arrondir
from tests import fabriques
from tests.conventions.avenants import convention_en_vigueur
from tests.conventions.fabriques import arbre_dresse
from tests.conventions.hasard import QUI, jouer
from tests.conventions.hasard_avenants import AvenantsAuHasard

HISTOIRES, GESTES = 50, 80  # quatre mille
ANS = st.sampled_from([2025, 2025, 2025, 2026])
SOMMES = st.one_of(
    st.sampled_from(["tout", "un sou", "un sou de trop"]),
    st.integers(min_value=1, max_value=60).map(str),  # en centièmes du disponible
)
RANG = st.integers(min_value=0, max_value=60)
POIDS = st.lists(st.integers(0, 9), min_size=20, max_size=20)
ERREUR = st.sampled_from([0, 0, 0, 0, 1])  # un sou de trop, une fois sur cinq
SENS = st.sampled_from([1, 1, -1])
EMPLOIS = st.sampled_from(["reserve", "engage", "verse"])
REPONSES = st.sampled_from(["approuver", "refuser", "retirer", "attendre"])
PRET = [True, True, True, "trop tôt", "promis"]
SOU = Decimal("0.01")
GESTES_EPROUVES = {
    *("Repartition.enregistrer", "Repartition.adopter", "Report.preparer", "Report.adopter", "clore"),
    *("Transfert.demander", "Transfert.approuver", "Transfert.refuser", "Transfert.retirer"),
    *(
        "Ecriture.passer",
        "DemandeAnnulation.demander",
        "DemandeAnnulation.approuver",
        "Enveloppe.ajouter",
        "Enveloppe.retirer",
    ),
    *("Avenant.ouvrir", "Avenant.proposer", "Avenant.transmettre", "signer", "Avenant.appliquer"),
    *("Avenant.reprendre", "Avenant.abandonner", "base bougée"),
}


class Histoire(AvenantsAuHasard):
    """Une convention de deux exercices, ses enveloppes et ses avenants, aux mains de personnes au hasard."""

    @initialize(forme=st.sampled_from(["region", "territoires", "ville"]), poids=POIDS)
    def signer(self, forme, poids):
        alliance = fabriques.fabrique_cadre().bsl
        self.peupler(alliance)
        self.convention = convention_en_vigueur(alliance)
        arbre_dresse(self.convention, forme=forme)
        self._repartir(2025, (0, 1), poids, aussitot=True)

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

    def enveloppe(self, an, rang):
        arbre = self.arbre(an)
        return arbre[rang % len(arbre)]

    def pourvue(self, rang):
        """Une enveloppe qui a des fonds, dans l'un ou l'autre exercice; à défaut, n'importe laquelle."""
        arbres = self.arbre(2025) + self.arbre(2026)
        choix = [e for e in arbres if e.parent_id and e.solde.disponible] or arbres
        return choix[rang % len(choix)]

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
        garde = self.tenter_par(
            qui, "repartir", Repartition.enregistrer, self.convention, an, lignes, **options
        )
        if garde and aussitot:
            self._adopter(an, qui)

    @rule(an=ANS, qui=QUI)
    def adopter(self, an, qui):
        self._adopter(an, qui)

    def _adopter(self, an, qui):
        brouillon = Repartition.brouillon(self.convention, an)
        if brouillon:
            options = {"adoptee_le": date(2025, 6, 1), "resolution": "R", "piece": fabriques.fichier_pdf()}
            self.tenter_par(qui, "adopter-repartition", brouillon.adopter, **options)

    @rule(qui=QUI, de=RANG, vers=RANG, montant=SOMMES, reponse=REPONSES, qui_repond=QUI)
    def demander(self, qui, de, vers, montant, reponse, qui_repond):
        de = self.pourvue(de)
        vers, montant = self.enveloppe(de.an, vers), self.somme(de, montant)
        transfert = self.tenter_par(
            qui, "demander-transfert", Transfert.demander, de, vers, montant, motif="Essai"
        )
        if transfert and reponse != "attendre":
            self._repondre(transfert, reponse, qui_repond)

    @rule(qui=QUI, rang=RANG, reponse=REPONSES, repondu=ERREUR)
    def repondre(self, qui, rang, reponse, repondu):
        """À une demande qui attend; parfois à une autre, qui a déjà sa réponse."""
        tous = Transfert.objects.select_related("convention__alliance").order_by("pk")
        transferts = list(tous if repondu else tous.en_attente())
        if transferts and reponse != "attendre":
            self._repondre(transferts[rang % len(transferts)], reponse, qui)

    def _repondre(self, transfert, reponse, qui):
        options = {"motif": "Non"} if reponse == "refuser" else {}
        self.tenter_par(qui, f"{reponse}-transfert", getattr(transfert, reponse), **options)

    @rule(rang=RANG, montant=SOMMES, compte=EMPLOIS, sens=SENS)
    def employer(self, rang, montant, compte, sens):
        """Ce que d'autres pièces écriront : réserver, engager, verser, libérer."""
        enveloppe = self.pourvue(rang)
        self.passer("finances", [(enveloppe, compte, sens * self.somme(enveloppe, montant))], "engagement")

    @rule(an=ANS, montant=st.sampled_from([SOU, Decimal(70000), Decimal(1300000)]), sens=SENS)
    def recevoir(self, an, montant, sens):
        racine = Enveloppe.racine(self.convention, an)
        self.passer("finances_mess", [(racine, "recu", sens * montant)], "versement")

    def passer(self, role, lignes, nature):
        options = {"par": self.personnes[role], "nature": nature, "objet": "Essai"}
        self.tenter(Ecriture.passer, self.convention, lignes, **options)

    @rule(qui=QUI, rang=RANG, qui_repond=QUI)
    def defaire(self, qui, rang, qui_repond):
        """Une personne demande, une autre répond; parfois la même, et rien ne se défait."""
        ecritures = list(Ecriture.objects.order_by("pk"))
        mouvement = ecritures[rang % len(ecritures)].mouvement
        demande = self.tenter_par(
            qui, "demander-annulation", DemandeAnnulation.demander, mouvement, motif="Essai"
        )
        if demande:
            self.tenter_par(qui_repond, demande.droits[1], demande.approuver)

    @rule(an=ANS, qui=QUI, qui_adopte=QUI, assez=st.booleans())
    def reporter(self, an, qui, qui_adopte, assez):
        if assez:  # un report vide l’exercice : trop souvent, il n’y aurait plus rien à essayer
            return
        with time_machine.travel(date(an + 1, 4, 15), tick=False):
            soldes = dict(Report.soldes_a_reporter(self.convention, an))
            actuel = Report.brouillon(self.convention, an)
            options = {"motif": "Essai", "revision": actuel.revision if actuel else 0}
            report = self.tenter_par(
                qui, "preparer-report", Report.preparer, self.convention, an, soldes, **options
            )
            if report:
                adoption = {
                    "adoptee_le": date(an + 1, 4, 2),
                    "resolution": "R",
                    "piece": fabriques.fichier_pdf(),
                }
                self.tenter_par(qui_adopte, "adopter-report", report.adopter, **adoption)

    @rule(an=ANS, qui=QUI, rang=RANG, aussitot=st.booleans())
    def ajouter(self, an, qui, rang, aussitot):
        """Parfois par erreur, et elle se retire aussitôt : plus tard, elle a souvent déjà servi."""
        options = {"parent": self.enveloppe(an, rang), "volet": "reserve", "nom": f"Réserve {self.pas}"}
        ajoutee = self.tenter_par(qui, "dresser-arbre", Enveloppe.ajouter, self.convention, **options)
        if ajoutee and aussitot:
            self.tenter_par(qui, "dresser-arbre", ajoutee.retirer)

    @rule(an=ANS, qui=QUI, rang=RANG)
    def retirer(self, an, qui, rang):
        self.tenter_par(qui, "dresser-arbre", self.enveloppe(an, rang).retirer)

    @rule(an=st.sampled_from([2025, 2026]), qui=QUI, pret=st.sampled_from(PRET))
    def clore(self, an, qui, pret):
        """Une fois tout réglé, d'ordinaire; parfois avant la fin de l'exercice, ou avec ce qu'il promet encore."""
        if self.pas < GESTES // 2:  # clos trop tôt, l’exercice ne laisserait plus rien à essayer
            return
        if pret != "promis":
            self._regler(an)
        exercice = self.convention.exercices.select_related("convention").get(an=an)
        with time_machine.travel(date(an, 9, 1) if pret == "trop tôt" else date(an + 1, 4, 15), tick=False):
            self.tenter_par(qui, "clore-exercice", clore, exercice)

    def _regler(self, an):
        """Ce que l'on fait avant de clore : répondre aux demandes, libérer ce qui reste promis."""
        for transfert in Transfert.objects.en_attente().filter(an=an).select_related("convention__alliance"):
            self.tenter(transfert.retirer, par=self.personnes["coordination"])
        soldes = [e.solde for e in self.arbre(an)]
        promis = [(s.enveloppe, c, -getattr(s, c)) for s in soldes for c in ("reserve", "engage")]
        self.passer("finances", promis, nature="liberation")


@pytest.mark.long
@pytest.mark.django_db
def test_des_milliers_de_gestes_au_hasard_laissent_le_grand_livre_vrai():
    jouer(Histoire, HISTOIRES, GESTES, GESTES_EPROUVES)
