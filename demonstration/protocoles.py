"""Le protocole d'une initiative acceptée, geste par geste : préparé, transmis, signé, versé, fini; chacun à sa date.

Ses personnes sont celles de l'Alliance, ou du territoire qui gère la part quand il a les siennes. Tout est inventé.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from alliances.models import DemandeIdentite, Role
from conventions.regles.plus_fort_reste import repartir
from demonstration.annonces import RECENT, dater
from demonstration.choix import relire
from demonstration.horloge import vrai_jour
from demonstration.personnes import du_territoire, engage_de, releve_des_finances
from demonstration.resolution import resolution_pdf
from projets.models.initiatives import SOUS_PROTOCOLE
from projets.notifications.demandes import annoncer_de_la_demande
from projets.protocoles.models import (
    AvenantProtocole,
    ChangementDemande,
    ClausesAlliance,
    NoteDeSuivi,
    Paiement,
    Protocole,
    RapportRecu,
    Remboursement,
)
from projets.protocoles.notifications import avenants, suivi, transmission, vie
from projets.protocoles.notifications.versements import VERSEMENT
from projets.protocoles.regles.echeancier import USUELS, ranger
from socle.models import Notification

SANS_RETENUE = replace(USUELS, premiere=Decimal(100), petite=Decimal(100), retenue=Decimal(0))
OBJET = ("Il est résolu de signer le protocole de l’initiative", "et d’en autoriser la présidence.")
FIN = ("Il est résolu de résilier le protocole de l’initiative", "et d’en transmettre l’avis à l’organisme.")


def approuver_les_clauses(vie_de_la_convention, le):
    """La coordination part des clauses usuelles; qui signe pour l'Alliance les approuve."""
    acteurs = vie_de_la_convention.acteurs
    ouvertes = ClausesAlliance.ouvrir(vie_de_la_convention.convention.alliance, par=acteurs.coordination)
    ouvertes.approuver(par=acteurs.signature, revision=ouvertes.revision)


def en_deux(prevues, condition, le):
    """Ce que la signature verserait se verse en deux fois, trois cinquièmes et le reste."""
    parts = []
    for prevue in prevues:
        if prevue.condition == "signature":
            premiere, reste = repartir(prevue.montant, [3, 2])
            parts += [
                replace(prevue, montant=premiere),
                replace(prevue, montant=reste, condition=condition, prevue_le=le),
            ]
        else:
            parts.append(prevue)
    return ranger(parts)


@dataclass
class RecitProtocole:
    """Une ligne d'un appel, devenue une initiative acceptée; chaque geste se joue à `le`."""

    recit: object
    ligne: dict

    @property
    def acteurs(self):
        return self.recit.acteurs

    @property
    def initiative(self):
        return relire(next(i for ligne, i in self.recit.demandes if ligne is self.ligne))

    @property
    def protocole(self):
        vivants = Protocole.objects.vivants().select_related(
            "initiative__organisme", "initiative__alliance__cycle"
        )
        return vivants.get(initiative__titre=self.ligne["titre"], initiative__appel=self.recit.appel)

    def jouer(self, geste, le, **plus):
        """Rien, si l'argent a manqué et que l'initiative attend."""
        if self.initiative.etat in ("acceptee", *SOUS_PROTOCOLE):
            geste(le=le, **plus)

    def _qui(self, role, sinon):
        """La personne du territoire qui gère la part, s'il en a une à ce rôle."""
        territoire = self.protocole.territoire_gestionnaire()
        return (territoire and du_territoire(role, territoire)) or sinon

    @property
    def _caisse(self):
        return self._qui(Role.FINANCES_TERRITOIRE, self.acteurs.finances)

    @property
    def _engage(self):
        return engage_de(self.initiative.organisme)

    @staticmethod
    def _dire(annonce, objet, *, par):
        """Ce qui est récent s'annonce, à sa date; le reste est lu depuis longtemps."""
        if vrai_jour() - timezone.localdate() <= RECENT:
            dater(annonce(objet, par=par), timezone.now())

    # --- Jusqu'aux signatures -----------------------------------------------------------------------------

    def preparer(self, le, *, echeancier=None, fin=None, rapport_final_le=None):
        """Les dates que le service propose, ou d'autres; l'échéancier usuel, ou celui-ci."""
        par, initiative = self.acteurs.coordination, self.initiative
        dates = Protocole(initiative=initiative).dates_proposees()
        if fin:
            dates |= {"fin": fin, "rapport_final_le": rapport_final_le}
        protocole = Protocole.preparer(initiative, par=par, **dates)
        tranches = echeancier(protocole) if echeancier else protocole.echeancier_propose(USUELS)
        protocole.enregistrer(par=par, revision=protocole.revision, tranches=tranches)

    def abandonner(self, le):
        motif = "Préparé d’après les dates d’une autre initiative de l’organisme."
        self.protocole.abandonner(par=self.acteurs.coordination, motif=motif)

    def transmettre(self, le):
        par = self.acteurs.coordination
        self._dire(transmission.annoncer_la_transmission, self.protocole.transmettre(par=par), par=par)

    def signer_pour_l_alliance(self, le):
        par = self._qui(Role.SIGNATURE_TERRITOIRE, self.acteurs.signature)
        self._signer("alliance", par, le, fonction="Personne autorisée à signer")

    def signer_pour_l_organisme(self, le):
        numero = f"CA-{le:%Y}-{self.initiative.pk:03}"
        nom = str(self.initiative.organisme)
        self._signer(
            "organisme",
            self._engage,
            le,
            fonction="Présidence",
            resolution=numero,
            resolution_le=le,
            fichier=resolution_pdf(numero=numero, organisme=nom, le=le, objet=OBJET),
        )

    def _signer(self, cote, par, le, **plus):
        signe = self.protocole.signer(cote, par=par, nom=par.nom_complet, signee_le=le, **plus)
        self._dire(vie.annoncer_la_signature, signe, par=par)

    def refuser(self, le):
        motif = (
            "La salle n’est libre qu’à partir de janvier\xa0: le premier versement arrive trop tôt pour nous."
        )
        par = self._engage
        self._dire(vie.annoncer_le_refus, self.protocole.refuser("organisme", par=par, motif=motif), par=par)

    def corriger(self, le, *, verse_le):
        """Après un refus : une partie du premier versement attend janvier."""
        protocole = self.protocole
        tranches = en_deux(protocole.prevues(), "date", verse_le)
        protocole.enregistrer(par=self.acteurs.coordination, revision=protocole.revision, tranches=tranches)

    # --- L'argent -----------------------------------------------------------------------------------------

    def verser(self, le, *, part=100, suffixe=""):
        """Ce qui est libéré; `part` sur 100 de chaque versement."""
        par = self._caisse
        for tranche in self.protocole.tranches.filter(etat="liberee").select_related(
            "affectation__enveloppe"
        ):
            montant = (tranche.montant * part / 100).quantize(tranche.montant)
            reference = f"DEMO-{tranche.code}{suffixe}"
            paiement = Paiement.inscrire(
                par=par, tranche=tranche, montant=montant, faite_le=le, reference=reference
            )
            self._dire(self._annoncer_le_versement, paiement, par=par)

    def _annoncer_le_versement(self, paiement, *, par):
        return annoncer_de_la_demande(self.initiative, VERSEMENT, f"versement-{paiement.pk}", par=par)

    def contrepasser(self, le):
        """Le virement n'est pas passé : une autre personne défait la ligne."""
        par, motif = releve_des_finances(self.initiative.alliance), "Le virement a été rejeté par la banque."
        for paiement in Paiement.objects.en_vigueur().filter(tranche__protocole=self.protocole):
            paiement.contrepasser(par=par, motif=motif)

    def liberer(self, le):
        """Sa date est venue : c'est le travail de chaque jour du service."""
        for tranche in self.protocole.tranches.filter(etat="prevue", condition="date", prevue_le__lte=le):
            tranche.liberer(par=None)

    def changer_d_identite(self, le):
        """L'organisme change de numéro de fournisseur; le Ministère l'accepte, et rien ne se verse plus."""
        organisme = self.initiative.organisme
        DemandeIdentite.demander(
            organisme,
            par=self.acteurs.coordination,
            alliance=self.initiative.alliance,
            motif="Nouveau numéro de fournisseur, inventé pour la démonstration.",
            **organisme.identite() | {"numero_fournisseur": f"FICTIF-{organisme.pk}"},
        ).accepter(par=self.acteurs.mess)
        dites = Notification.objects.filter(cle__startswith=f"identite-changee:{organisme.pk}:")
        dater(list(dites), timezone.now())  # le geste l'annonce lui-même

    # --- Le suivi -----------------------------------------------------------------------------------------

    def inscrire_un_rapport(self, le, *, quoi="Rapport final, reçu par courriel", part=98):
        """Le prochain attendu; il dit presque tout dépensé."""
        protocole, par = self.protocole, self.acteurs.coordination
        verse = sum(protocole.verses().values())
        rapport = RapportRecu.inscrire(
            protocole,
            par=par,
            attendu_le=min(RapportRecu.attendus(protocole)),
            quoi=quoi,
            recu_le=le,
            depense=(verse * part / 100).quantize(Decimal("1.00")),
        )
        self._dire(vie.annoncer_le_rapport, rapport, par=par)

    def accepter_le_rapport(self, le):
        par = self._qui(Role.SIGNATURE_TERRITOIRE, self.acteurs.signature)
        rapport = self.protocole.rapports.get(accepte_le=None)
        self._dire(vie.annoncer_l_acceptation, rapport.accepter(par=par), par=par)

    def ecrire(self, le, *, cote, texte, atteint=False):
        """Une note de l'organisme ou de la Table; `atteint` : le premier objectif l'est."""
        protocole = self.protocole
        par = self._engage if cote == "organisme" else self.acteurs.coordination
        plus = (
            {"objectif": protocole.initiative.objectifs.order_by("rang").first(), "atteint_le": le}
            if atteint
            else {}
        )
        note = NoteDeSuivi.ecrire(protocole, par=par, cote=cote, texte=texte, **plus)
        self._dire(suivi.annoncer_la_note, note, par=par)

    def demander_un_changement(self, le, *, nature, demande):
        changement = ChangementDemande.demander(
            self.protocole, par=self._engage, nature=nature, demande=demande
        )
        self._dire(suivi.annoncer_la_demande, changement, par=self._engage)

    def repondre_au_changement(self, le, *, issue, reponse):
        par = self.acteurs.coordination
        changement = self.protocole.changements.en_attente().get()
        self._dire(
            suivi.annoncer_la_reponse, changement.repondre(par=par, issue=issue, reponse=reponse), par=par
        )

    def transmettre_un_avenant(self, le):
        """Un mois de moins, et la moitié de la retenue finale de moins."""
        protocole, par = self.protocole, self.acteurs.coordination
        motif = "L’initiative finit un mois plus tôt, et une salle prêtée en baisse le coût."
        ouvert = AvenantProtocole.ouvrir(protocole, par=par, motif=motif)
        *premieres, derniere = ouvert.prevues()
        moitie = (derniere.montant / 2).quantize(Decimal("1.00"))
        ecrit = ouvert.modifier(
            par=par,
            revision=ouvert.revision,
            valeurs={"date/fin": (protocole.fin - timedelta(31)).isoformat()},
            tranches=[*premieres, replace(derniere, montant=moitie)],
        )
        self._dire(avenants.annoncer_la_transmission, ecrit.transmettre(par=par), par=par)

    # --- La fin -------------------------------------------------------------------------------------------

    def suspendre(self, le):
        motif = "La personne qui coordonne l’initiative est en congé; l’organisme cherche qui la remplace."
        par = self.acteurs.coordination
        self._dire(vie.annoncer_la_suspension, self.protocole.suspendre(par=par, motif=motif), par=par)

    def clore(self, le, *, part=0):
        """`part` sur 100 de ce qui est versé revient à la Table."""
        par = self._qui(Role.SIGNATURE_TERRITOIRE, self.acteurs.signature)
        protocole = self.protocole
        motif = "Le reste a payé la vérification des comptes, faite après le rapport final."
        clos = protocole.clore(par=par, a_recuperer=_du(protocole, part), motif=motif)
        self._dire(vie.annoncer_la_cloture, clos, par=par)

    def resilier(self, le, *, part):
        par, protocole = self._qui(Role.SIGNATURE_TERRITOIRE, self.acteurs.signature), self.protocole
        motif = "L’organisme n’a plus d’équipe pour la mener\xa0: les parties conviennent d’y mettre fin."
        numero, nom = f"{le:%Y}-R-{self.initiative.pk:04d}", self.initiative.alliance.nom
        resilie = protocole.resilier(
            par=par,
            motif=motif,
            demandee="organisme",
            resolution=numero,
            resolution_le=le,
            avis=resolution_pdf(numero=numero, organisme=nom, le=le, objet=FIN),
            a_recuperer=_du(protocole, part),
        )
        self._dire(vie.annoncer_la_resiliation, resilie, par=par)

    def rembourser(self, le, *, part=100):
        """L'organisme rend `part` sur 100 de ce qu'il doit."""
        for ligne in self.protocole.releve.filter(a_recuperer__gt=0):
            Remboursement.inscrire(
                par=self._caisse,
                ligne=ligne,
                montant=(ligne.reste() * part / 100).quantize(Decimal("1.00")),
                faite_le=le,
                reference=f"DEMO-R-{self.initiative.numero}-{ligne.pk}",
            )


def _du(protocole, part):
    verses = protocole.verses().items()
    return {cle: (verse * part / 100).quantize(Decimal("1.00")) for cle, verse in verses}
