"""Toute la vie de l'argent au hasard, jours compris : chaque dollar garde sa place, et chaque geste ses mains."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from conventions.models import (
    Convention,
    DemandeAnnulation,
    Ecriture,
    Recuperation,
    Report,
    Transfert,
)
from conventions.models.clotures import clore
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import verite_de_l_argent as verite
from tests.conventions import versements as v
from tests.conventions.fabriques import enveloppes_par_nom
from tests.conventions.hasard import QUI, jouer
from tests.conventions.hasard_argent import (
    ANS,
    AUTRE,
    ENTREE,
    PARTS_DU_LIBRE,
    RANG,
    RAREMENT,
    SOUVENT,
    UN,
    ArgentAuHasard,
)
from tests.conventions.hasard_avenants import AU_BOUT, CHANGEMENT

HISTOIRES, GESTES = 36, 36
A_DEFAIRE = st.sampled_from(["recuperation", "report", "transfert", "repartition", "depense"])
PROMESSES_GARDEES = st.lists(st.booleans(), min_size=20, max_size=20)
SUITES_DU_REPORT = st.sampled_from(["préparer", "adopter", "défaire", "défaire"])
GESTES_EPROUVES = {
    *("Obligation.recevoir", "Obligation.accepter", "Obligation.annuler_acceptation"),
    *("Depense.inscrire", "Depense.contrepasser"),
    *("Remise.inscrire", "Remise.recevoir", "Remise.contrepasser"),
    *("EcheanceVersement.recommander", "EcheanceVersement.autoriser", "EcheanceVersement.verser"),
    *("confirmation annulée", "EcheanceVersement.liberer_ce_qui_est_du"),
    *("Derogation.accorder", "Recuperation.inscrire", "récupération défaite"),
    *("clore", "exercice rouvert", "Report.preparer", "Report.adopter", "report défait"),
    *("Transfert.demander", "Transfert.approuver", "transfert défait"),
    *("Avenant.appliquer", "Convention.resilier", "versé au règlement", "récupéré après la résiliation"),
}


class HistoireDeLArgent(ArgentAuHasard):
    """La même, jusqu'à bien après sa fin ou sa résiliation : ce qui se rend, se déplace, se ferme et se rouvre."""

    # --- Ce qui se rend, se reporte, se déplace -----------------------------------------------------------

    @rule(an=ANS, qui=UN, autre=AUTRE, rang=RANG, part=PARTS_DU_LIBRE, defaire=SOUVENT)
    def recuperer(self, an, qui, autre, rang, part, defaire):
        """D'une ou de deux enveloppes, de l'exercice ou du suivant, près de ce qui est reçu ou libre."""
        recu = sum(comptes["recu"] for comptes in verite.par_enveloppe(self.convention, an=an).values())
        choix = (self.restantes(an) + (self.restantes(an + 1) if rang > 3 else []))[rang % 3 :][
            : 1 + rang % 2
        ]
        parts = {e: self.part(min(libre, recu / len(choix)), part) for e, libre in choix}
        options = {"an": an, "parts": parts, "recue_le": aujourd_hui(), "reference": f"R-{self.pas}-{an}"}
        rendue = self.tenter(
            Recuperation.inscrire, self.convention, par=self.par(qui), motif="Reste", **options
        )
        if rendue and self.reglee:
            self.comptes["récupéré après la résiliation"] += 1
        if rendue and defaire:
            self.defaire(rendue.mouvement, qui, autre, "récupération défaite")

    @rule(rang=RANG, qui=UN, autre=AUTRE, nature=A_DEFAIRE)
    def defaire_un_mouvement(self, rang, qui, autre, nature):
        noms = {
            "recuperation": "récupération défaite",
            "report": "report défait",
            "transfert": "transfert défait",
        }
        lignes = Ecriture.objects.filter(nature=nature).order_by("-rang")
        mouvements = list(dict.fromkeys(lignes.values_list("mouvement", flat=True)))
        if mouvements:
            self.defaire(mouvements[rang % len(mouvements)], qui, autre, noms.get(nature, "autre"))

    @rule(an=ANS, qui=UN, autre=AUTRE, rangs=st.tuples(RANG, RANG), part=PARTS_DU_LIBRE, defaire=SOUVENT)
    def transferer(self, an, qui, autre, rangs, part, defaire):
        arbre, pourvues = list(enveloppes_par_nom(self.convention, an).values()), self.pourvues(an)
        if not pourvues:
            return
        de, libre = pourvues[rangs[0] % len(pourvues)]
        options = {"par": self.par(qui), "motif": "Essai"}
        transfert = self.tenter(
            Transfert.demander, de, arbre[-1 - rangs[1]], self.part(libre, part), **options
        )
        approuve = transfert and self.tenter(transfert.approuver, par=self.par(qui, autre))
        if approuve and defaire:
            self.defaire(approuve.mouvement, qui, autre, "transfert défait")

    @rule(an=ANS, qui=UN, autre=AUTRE, part=PARTS_DU_LIBRE, suite=SUITES_DU_REPORT)
    def reporter(self, an, qui, autre, part, suite):
        if self.pas > ENTREE:
            self.aller_apres(an)
        montants = {e: self.part(reste, part) for e, reste in self.restantes(an)}
        brouillon = Report.brouillon(self.convention, an)
        options = {"motif": "Essai", "revision": brouillon.revision if brouillon else 0, "par": self.par(qui)}
        report = self.tenter(Report.preparer, self.convention, an, montants, **options)
        if report and suite != "préparer":
            adoption = {"adoptee_le": aujourd_hui(), "resolution": "R", "piece": fabriques.fichier_pdf()}
            report = self.tenter(report.adopter, par=self.par(qui, autre), **adoption)
        if report and suite == "défaire":
            self.defaire(report.mouvement, qui, autre, "report défait")

    # --- Ce qui ferme, rouvre, change et finit ------------------------------------------------------------

    @rule(an=ANS, qui=UN, autre=AUTRE, pret=st.sampled_from([True, True, False]), rouvrir=st.booleans())
    def clore(self, an, qui, autre, pret, rouvrir):
        """Une fois tout réglé, d'ordinaire; et il se rouvre, à deux, une fois sur deux."""
        if pret and self.pas > ENTREE:
            self.aller_apres(an)
            self._regler(an, qui)
        exercice = self.convention.exercices.select_related("convention").get(an=an)
        self.tenter(clore, exercice, par=self.par(qui))
        if rouvrir:
            self._rouvrir(exercice, qui, autre)

    @rule(an=ANS, qui=UN, autre=AUTRE)
    def rouvrir(self, an, qui, autre):
        self._rouvrir(self.convention.exercices.select_related("convention").get(an=an), qui, autre)

    def _rouvrir(self, exercice, qui, autre):
        demander = DemandeAnnulation.demander_la_reouverture
        demande = self.tenter(demander, exercice, par=self.par(qui), motif="Un reste")
        if demande and self.tenter(demande.approuver, par=self.par(qui, autre)):
            self.comptes["exercice rouvert"] += 1

    def _regler(self, an, qui):
        """Avant de clore : payer ce qui est en chemin, répondre aux demandes, libérer les promesses."""
        en_chemin = ("liberee", "recommandee", "autorisee")
        for echeance in self.convention.echeances.filter(an=an, etat__in=en_chemin).order_by("rang"):
            for decalage in range(3):  # l'une des mains a pu servir déjà
                self._payer(v.relire(echeance), qui + decalage, (0, 1, 2), "tout")
        for transfert in Transfert.objects.en_attente().filter(an=an).select_related("convention__alliance"):
            self.tenter(transfert.retirer, par=self.par(qui))
        for p in self.convention.promesses():
            options = {"objet": p.objet, "reference": p.reference, "nature": "liberation"}
            ligne = (p.enveloppe, p.compte, -p.montant)
            self.tenter(Ecriture.passer, self.convention, [ligne], par=self.par(qui), **options)

    @rule(qui=QUI, changement=CHANGEMENT)
    def amender(self, qui, changement):
        self.faire_avancer(self._preparer(qui, **changement), qui, AU_BOUT)

    @precondition(lambda self: self.pas > GESTES // 3 and not self.reglee)
    @rule(qui=UN, garder=PROMESSES_GARDEES, oublier=RAREMENT, annuler=SOUVENT)
    def resilier(self, qui, garder, oublier, annuler):
        """Les promesses se gardent ou se terminent, une à une; parfois l'une est oubliée, et rien ne se résilie."""
        promesses = dict(zip([p.cle for p in self.convention.promesses()], garder, strict=False))
        if oublier and promesses:
            promesses.popitem()
        options = {"fermee_le": aujourd_hui(), "motif": "Table dissoute.", "reglement": "Tout est rendu."}
        if self.tenter(self.convention.resilier, par=self.par(qui), promesses=promesses, **options):
            self.convention = Convention.objects.select_related("alliance__cycle").get(pk=self.convention.pk)
            self.reglee = verite.photo(self.convention)
            verite.reglement_juste(self.convention, self.reglee[0])
            self._suivre_le_reglement(qui, annuler)

    def conclure(self):
        """Une histoire que rien n'a réglée finit par là, une fois sur deux la Table ayant promis tout ce qu'elle a."""
        if self.pas <= GESTES // 3 or self.reglee:
            return
        for an in (2025, 2026) if self.pas % 2 else ():
            self.promettre(an, 0, self.pas, "engage", "tout", "")
        self.resilier(self.pas % 3, [True] * 20, False, True)

    def _suivre_le_reglement(self, qui, annuler):
        """Ce que le Ministère doit se paie, parfois par erreur; le reste se récupère; rien d'autre ne passe."""
        for echeance in self.convention.echeances.filter(condition="reglement").order_by("rang"):
            essais = (self._payer(v.relire(echeance), qui + n, (0, 1, 2), "moitié") for n in range(3))
            versement = next(filter(None, essais), None)  # l'une des mains a pu servir déjà
            if versement and annuler:
                self._annuler(versement, qui, 1)
        for an in (2025, 2026):
            self.recuperer(an, qui, 1, 0, "moitié", True)
            self.promettre(an, 0, qui, "engage", "moitié", "")


@pytest.mark.long
@pytest.mark.django_db
def test_de_la_signature_au_reglement_chaque_dollar_a_sa_place_et_chaque_geste_ses_mains():
    jouer(HistoireDeLArgent, HISTOIRES, GESTES, GESTES_EPROUVES)
