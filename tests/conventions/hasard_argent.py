"""De quoi jouer l'argent d'une convention au hasard : le temps, ce qui entre, ce qui sort."""

from datetime import date, timedelta
from decimal import Decimal

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from alliances.plans.models import VersionPlan
from conventions.models import (
    DemandeAnnulation,
    Depense,
    Derogation,
    EcheanceVersement,
    Ecriture,
    Enveloppe,
    Obligation,
    Remise,
    Versement,
)
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import verite_de_l_argent as verite
from tests.conventions import versements as v
from tests.conventions.avenants import convention_en_vigueur
from tests.conventions.fabriques import PARTS, arbre_dresse, enveloppes_par_nom, repartition_adoptee
from tests.conventions.hasard import Machine
from tests.conventions.hasard_avenants import AvenantsAuHasard

DEBUT = date(2026, 1, 12)  # l'exercice 2025-2026 s'achève
PREVUS = (
    (2025, "70000.00", "signature", date(2025, 4, 5)),
    (2025, "630000.00", "plan_approuve", date(2025, 9, 1)),
    (2025, "500000.00", "date", date(2026, 2, 15)),
    (2026, "735000.00", "rapport_accepte", date(2026, 9, 1)),
    (2026, "500000.00", "date", date(2026, 12, 1)),
    (2026, "65000.00", "rapport_final", date(2027, 6, 30)),
)
SOU = Decimal("0.01")
ENTREE = 8  # gestes, avant que l'exercice finisse
ANS = st.sampled_from([2025, 2025, 2026])
JOURS = st.sampled_from([1, 7, 30, 60, 91, 182])
RANG = st.integers(0, 5)
UN = st.integers(0, 4)  # cinq personnes de tous les rôles : c'est le geste qui doit refuser, pas la page
AUTRE = st.sampled_from([1, 1, 1, 1, 2, 0])  # d'ordinaire une autre personne; parfois la même
TROIS = st.integers(0, 2)  # la même, une fois sur trois
MAINS = st.sampled_from([(0, 1, 2)] * 7 + [(0, 0, 1), (0, 1, 0), (0, 1, 1)])
PARTS_DU_LIBRE = st.sampled_from(["tout", "moitié", "tiers", "un sou", "un sou de trop"])
RAREMENT = st.sampled_from([False, False, False, True])
SOUVENT = st.sampled_from([True, True, False])
PROMESSES = st.sampled_from(["reserve", "engage"])
APRES_LA_REMISE = st.sampled_from(["", "recevoir", "recevoir", "dépenser"])
APRES_LA_PROMESSE = st.sampled_from(["", "", "verser", "libérer"])
SUITES_DU_RAPPORT = st.sampled_from(["recevoir", "accepter", "payer", "défaire"])
OU = st.sampled_from(["Coordination et mobilisation", "Participation des personnes", "La Matapédia"])


class ArgentAuHasard(AvenantsAuHasard):
    """Une convention de deux exercices, de l'hiver du premier à bien après sa fin ou sa résiliation."""

    verifier_aux = 10
    reglee = None  # la photo de la résiliation
    preparer_avenant = suivre = None  # `amender` les remplace

    def __init__(self):
        super().__init__()
        self.voyage = time_machine.travel(f"{DEBUT}T12:00-05:00", tick=False)
        self.horloge = self.voyage.start()

    def teardown(self):
        try:
            super().teardown()
        finally:
            self.voyage.stop()

    @initialize(sans_plan=RAREMENT)
    def signer(self, sans_plan):
        self.alliance = fabriques.fabrique_cadre().bsl
        self.personnes = [fabriques.personne("mess") for _ in range(5)]
        self.convention = convention_en_vigueur(self.alliance, versements=PREVUS)
        Obligation.generer(self.convention, par=None)
        for an, reserve in ((2025, "100000.00"), (2026, "200000.00")):
            arbre_dresse(self.convention, an)
            repartition_adoptee(self.convention, an, parts=PARTS | {"Réserve": reserve})
        if not sans_plan:
            fabriques.version_approuvee(self.alliance)
        self.tenter(EcheanceVersement.liberer_ce_qui_est_du)

    def verifier(self):
        verite.argent_vrai(self.convention)
        if self.reglee:
            verite.plus_rien_ne_bouge(self.convention, self.reglee)
            verite.reglement_juste(self.convention, self.reglee[0])
        Machine.verifier(self)

    # --- De quoi choisir ----------------------------------------------------------------------------------

    def tenter(self, geste, *args, **options):
        self.horloge.shift(1)  # une seconde : ce qui se suit ne se confond pas
        return super().tenter(geste, *args, **options)

    def tenter_par(self, qui, droit, geste, *args, **options):
        return self.tenter(geste, *args, par=self.par(qui[0]), **options)

    def par(self, qui, autre=0):
        return self.personnes[(qui + autre) % len(self.personnes)]

    def aller_apres(self, an):
        """Au printemps qui suit cet exercice, si l'on n'y est pas."""
        if aujourd_hui() <= date(an + 1, 3, 31):
            self.horloge.move_to(f"{date(an + 1, 4, 15)}T12:00-04:00")

    def pourvues(self, an):
        """[(enveloppe, disponible)] de celles de l'exercice qui ont des fonds, la mieux pourvue d'abord."""
        totaux = verite.par_enveloppe(self.convention, an=an)
        libres = {pk: verite.libre(comptes) for pk, comptes in totaux.items()}
        arbre = Enveloppe.objects.filter(convention=self.convention, an=an)
        arbre = arbre.select_related("convention__alliance__profil_gouvernance", "territoire", "parent")
        return [(e, libres[e.pk]) for e in sorted(arbre, key=lambda e: (-libres[e.pk], e.pk)) if libres[e.pk]]

    def restantes(self, an):
        """De même, avec ce qu'un territoire n'a pas dépensé de ce qui lui est remis."""
        totaux = verite.par_enveloppe(self.convention, an=an)
        restes = {pk: verite.libre(comptes) + comptes["remis"] for pk, comptes in totaux.items()}
        arbre = Enveloppe.objects.filter(convention=self.convention, an=an).order_by("pk")
        return [(e, restes[e.pk]) for e in sorted(arbre, key=lambda e: -restes[e.pk]) if restes[e.pk]]

    @staticmethod
    def part(libre, voulue):
        parts = {"moitié": libre / 2, "tiers": libre / 3, "un sou": SOU, "un sou de trop": libre + SOU}
        return parts.get(voulue, libre).quantize(SOU)

    def echeance(self, rang, *etats):
        """Une échéance au hasard, parmi celles de ces états s'il y en a."""
        toutes = list(self.convention.echeances.order_by("rang"))
        choix = [e for e in toutes if e.etat in etats] or toutes
        return v.relire(choix[rang % len(choix)])

    def defaire(self, mouvement, qui, autre, nom):
        """Une personne demande, une autre approuve; parfois la même, et rien ne se défait."""
        demande = self.tenter(DemandeAnnulation.demander, mouvement, par=self.par(qui), motif="Essai")
        if demande and self.tenter(demande.approuver, par=self.par(qui, autre)):
            self.comptes[nom] += 1

    # --- Le temps et les rapports -------------------------------------------------------------------------

    @rule(jours=JOURS)
    def passer(self, jours):
        self.passer_des_jours(jours)

    def passer_des_jours(self, jours):
        self.horloge.shift(timedelta(days=jours))
        self.tenter(EcheanceVersement.liberer_ce_qui_est_du)

    @precondition(lambda self: self.convention and not VersionPlan.objects.filter(etat="approuvee").exists())
    @rule()
    def approuver_le_plan(self):
        fabriques.version_approuvee(self.alliance)

    @rule(rang=RANG, qui=UN, autre=AUTRE, suite=SUITES_DU_RAPPORT)
    def rendre_compte(self, rang, qui, autre, suite):
        """Un rapport est reçu, puis accepté par une autre personne; l'acceptation se défait parfois, payée ou non."""
        if self.pas > ENTREE:
            self.aller_apres(2025)
        dus = self.convention.obligations.filter(
            acceptee_le=None, annulee_le=None, nature__startswith="rapport"
        )
        dus = list(dus.select_related("convention__alliance").order_by("nature", "an")[: 1 + rang])
        if not dus:
            return
        rapport = dus[rang // 3 % len(dus)]
        self.tenter(rapport.recevoir, par=self.par(qui), le=aujourd_hui(), reference="Lettre 4")
        if suite != "recevoir":
            self.tenter(rapport.accepter, par=self.par(qui, autre))
        if suite == "payer":
            self.passer_des_jours(120)
            self._payer(self.echeance(3), qui, (0, 1, 2), "moitié")
        if suite in ("payer", "défaire"):
            self.tenter(rapport.annuler_acceptation, par=self.par(qui), motif="Erreur")

    @rule(rang=RANG, qui=UN, tout=st.booleans())
    def revenir_sur_un_rapport(self, rang, qui, tout):
        acceptes = self.convention.obligations.exclude(acceptee_le=None).order_by("pk")
        acceptes = list(acceptes.select_related("convention__alliance"))
        if not acceptes:
            self.rendre_compte(rang, qui, 1, "défaire")
            return
        obligation = acceptes[rang % len(acceptes)]
        self.tenter(obligation.annuler_acceptation, par=self.par(qui), motif="Erreur")
        if tout:
            self.tenter(obligation.annuler_reception, par=self.par(qui), motif="Erreur")

    # --- Ce qui entre -------------------------------------------------------------------------------------

    @rule(rang=RANG, qui=UN, mains=MAINS, part=PARTS_DU_LIBRE, la_meme=RAREMENT, annuler=st.booleans())
    def payer(self, rang, qui, mains, part, la_meme, annuler):
        """Par trois personnes, d'où il en est; malgré un retard, par la permission de l'une d'elles ou d'une autre."""
        echeance = self.echeance(rang, "liberee", "recommandee", "autorisee")
        versement = self._payer(echeance, qui, mains, part, permise_par=rang if la_meme else 3)
        if versement and annuler:
            self._annuler(versement, qui, rang)

    def _payer(self, echeance, qui, mains, part, permise_par=3):
        premiere, deuxieme, troisieme, permise = (self.par(qui, main) for main in (*mains, permise_par))
        self.tenter(Derogation.accorder, echeance, par=permise, motif="La saisie tarde.")
        self.tenter(v.relire(echeance).recommander, par=premiere, note="Oui.")
        self.tenter(v.relire(echeance).autoriser, par=deuxieme)
        return self._verser(v.relire(echeance), troisieme, part)

    def _verser(self, echeance, par, part):
        montant = self.part(echeance.montant - verite.total(self._vires(echeance)), part)
        options = {
            "montant": montant,
            "verse_le": aujourd_hui(),
            "reference": f"V-{self.pas}-{echeance.rang}",
        }
        versement = self.tenter(echeance.verser, par=par, **options)
        if versement and echeance.condition == "reglement":
            self.comptes["versé au règlement"] += 1
        return versement

    @staticmethod
    def _vires(echeance):
        return verite.rangees(Versement, echeance=echeance.pk, annulation=None)

    def _annuler(self, versement, qui, autre):
        de_reglement = versement.echeance.condition == "reglement"
        nom = "versement de règlement annulé" if de_reglement else "confirmation annulée"
        self.defaire(versement.mouvement, qui, autre, nom)

    @rule(rang=RANG, qui=UN, autre=AUTRE)
    def annuler_une_confirmation(self, rang, qui, autre):
        versements = list(Versement.objects.filter(annulation=None).select_related("echeance").order_by("pk"))
        if versements:
            self._annuler(versements[rang % len(versements)], qui, autre)

    # --- Ce qui sort --------------------------------------------------------------------------------------

    @rule(an=ANS, ou=OU, qui=UN, part=PARTS_DU_LIBRE, contrepasser=st.booleans())
    def depenser(self, an, ou, qui, part, contrepasser):
        self._sortir(Depense, an, ou, qui, part, contrepasser, poste="salaires")

    @rule(an=ANS, qui=UN, autre=TROIS, part=PARTS_DU_LIBRE, suite=APRES_LA_REMISE, contrepasser=SOUVENT)
    def remettre(self, an, qui, autre, part, suite, contrepasser):
        remise = self._sortir(Remise, an, "La Matapédia", qui, part)
        if remise and suite == "recevoir":
            self.tenter(remise.recevoir, par=self.par(qui, 1), recue_le=aujourd_hui())
        if remise and suite == "dépenser":
            self._sortir(Depense, an, "La Matapédia", qui, part, poste="salaires")
        if remise and contrepasser:
            self.tenter(remise.contrepasser, par=self.par(qui, autre), motif="Erreur")

    def _sortir(self, modele, an, ou, qui, part, contrepasser=False, **champs):
        enveloppe = enveloppes_par_nom(self.convention, an)[ou]
        comptes = verite.par_enveloppe(self.convention, an=an)[enveloppe.pk]
        sur_le_remis = modele is Depense and ou == "La Matapédia"
        saisie = champs | {
            "enveloppe": enveloppe,
            "faite_le": min(aujourd_hui(), date(an + 1, 3, 31)),
            "montant": self.part(comptes["remis"] if sur_le_remis else verite.libre(comptes), part),
            "reference": f"S-{self.pas}",
        }
        sortie = self.tenter(modele.inscrire, par=self.par(qui), **saisie)
        if sortie and contrepasser:
            self.tenter(sortie.contrepasser, par=self.par(qui), motif="Erreur")
        return sortie

    @rule(an=ANS, rang=RANG, qui=UN, compte=PROMESSES, part=PARTS_DU_LIBRE, suite=APRES_LA_PROMESSE)
    def promettre(self, an, rang, qui, compte, part, suite):
        """Ce que d'autres pièces écriront; une promesse se paie ou se libère sous sa référence."""
        pourvues = self.pourvues(an)
        if not pourvues:
            return
        enveloppe, libre = pourvues[rang % len(pourvues)]
        montant = self.part(libre, part)
        options = {"par": self.par(qui), "objet": "Essai", "reference": f"P-{self.pas}"}
        promesse = [(enveloppe, compte, montant)]
        promis = self.tenter(Ecriture.passer, self.convention, promesse, nature="engagement", **options)
        if promis and suite:
            payee = [(enveloppe, "verse", montant)] if suite == "verser" else []
            lignes = [(enveloppe, compte, -montant), *payee]
            self.tenter(Ecriture.passer, self.convention, lignes, nature="versement", **options)
