"""Transmettre un protocole aux deux parties; leurs signatures, ou un refus, qui le ramène en préparation."""

from django.db import transaction
from django.utils import timezone

from conventions.models.parties import copie_de
from projets.models import Initiative
from projets.protocoles.models.preparation import PreparationDuProtocole, exiger
from projets.protocoles.models.reponses import DeuxReponses
from projets.protocoles.regles.echeancier import fautes_d_echeancier
from socle.erreurs import VersionPerimee
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars

DEVANCE = "Quelqu’un a modifié ce protocole depuis que la page est ouverte."
IDENTITE_CHANGEE = (
    "L’organisme a changé de nom, de NEQ ou de numéro de fournisseur depuis la transmission\xa0: reprenez le protocole "
    "et transmettez-le de nouveau."
)
PARTENAIRE_CHANGE = (
    "Ce n’est plus la même partie qui signe pour l’Alliance, ou elle a changé de nom depuis la transmission\xa0: "
    "reprenez le protocole et transmettez-le de nouveau."
)


class GestesDeTransmission(DeuxReponses, PreparationDuProtocole):
    """De la préparation à la première signature."""

    scelle = None  # l'instantané lu

    def empechements_a_transmettre(self):
        """Tout ce qui manque ou ne se tient pas, en phrases."""
        if self.etat != self.Etat.PREPARATION:
            return ["Ce protocole est déjà transmis ou fermé."]
        return [*self.fautes_de_dates(), *self.fautes_d_echeancier(), *self.empechements_a_engager()]

    def fautes_d_echeancier(self):
        """Ce qui n'y tombe pas juste, en phrases."""
        return [phrase for phrase, _ in self.fautes_par_versement()]

    def fautes_par_versement(self):
        """[(phrase, rang du versement)]."""
        return fautes_d_echeancier(
            self.prevues(),
            self.parts(),
            {a.pk: a.enveloppe for a in self.affectations()},
            debut=self.debut,
            rapport_final_le=self.rapport_final_le,
            fin=self.convention.fin,
        )

    def empechements_a_engager(self):
        return [*self._empechements_d_argent(), *self.empechements_de_partenaire()]

    def _empechements_d_argent(self):
        """Ce qui retiendrait l'argent à la dernière signature; on le dit dès la transmission."""
        convention, organisme = self.convention, self.initiative.organisme
        if self.initiative.etat != Initiative.Etat.ACCEPTEE:
            return ["L’initiative n’est plus acceptée\xa0: rien ne lui est réservé."]
        refus = []
        if convention.etat != convention.Etat.SIGNEE:
            refus.append("La convention n’est pas en vigueur\xa0: rien ne s’engage.")
        ans = {a.enveloppe.an for a in self.affectations()}
        for clos in convention.exercices.filter(an__in=ans, clos_le__isnull=False).order_by("an"):
            refus.append(f"L’exercice {clos} est clos\xa0: il ne reçoit plus d’écriture.")
        return refus + self.empechements_d_organisme(organisme)

    def empechements_d_organisme(self, organisme):
        """Ce qui s'oppose à ce que celui-ci la porte : il s'engage, et son instance ne l'a pas décidée."""
        refus = []
        if not organisme.est_constitue:
            refus.append(f"{organisme} n’est pas constitué\xa0: il ne peut pas s’engager.")
        if self._s_est_decidee_elle_meme(organisme):
            refus.append(
                f"{organisme} porte l’initiative, et son instance l’a décidée\xa0: une autre instance doit décider."
            )
        return refus

    def empechements_de_partenaire(self, organisme=None):
        """Une autre personne morale que qui porte, ou reprendrait l'initiative, répond pour l'Alliance."""
        partenaire, organisme = self.partenaire(), organisme or self.initiative.organisme
        if partenaire is None:
            return ["Aucune partie de la convention ne peut signer pour l’Alliance."]
        if partenaire == organisme:
            return [
                f"{organisme} porte l’initiative et signerait aussi pour l’Alliance\xa0: une autre partie de la "
                "convention doit le faire."
            ]
        return []

    def _s_est_decidee_elle_meme(self, organisme):
        """Un organisme municipal porte, et l'instance qui a décidé est de son territoire."""
        initiative = self.initiative
        if organisme.forme != organisme.Forme.MUNICIPAL or not organisme.territoire_id:
            return False
        initiative.lire_ses_lieux_une_fois()
        decident = (etape.instance for etape in initiative.etapes.all() if etape.acte == "decision")
        return any(instance.territoire_id == organisme.territoire_id for instance in decident)

    @transaction.atomic
    def transmettre(self, *, par, revision=None, vu=None, le=None):
        """Fige l'échéancier et le texte, et appelle les deux parties à signer.

        `vu` : l'empreinte du texte que la page montrait; elle dit plus que la révision du protocole.
        """
        protocole, le = self.verrouiller(), le or timezone.now()
        exiger(protocole.empechements_a_transmettre())
        if revision not in (None, protocole.revision):
            raise VersionPerimee(DEVANCE)
        protocole.etat, protocole.transmis_le, protocole.transmis_par = self.Etat.TRANSMIS, le, par
        protocole.tour += 1
        protocole.save()
        instantane = protocole.instantanes.model.prendre(protocole, par=par, le=le)
        if vu not in (None, instantane.empreinte):
            raise VersionPerimee(DEVANCE)
        apres = {"montant": en_dollars(protocole.montant()), "sha256": instantane.empreinte}
        protocole.noter("transmettre-protocole", par=par, le=le, apres=apres)
        return protocole

    def instantane(self):
        """Ce qui est transmis, ou `None` en préparation; scellé, il ne se relit pas deux fois."""
        if self.transmis_le and getattr(self.scelle, "tour", None) != self.tour:
            self.scelle = self.instantanes.filter(tour=self.tour).first()
        return self.scelle if self.transmis_le else None

    # --- Revenir en préparation -----------------------------------------------------------------------------

    def empechements_a_reprendre(self):
        if self.etat != self.Etat.TRANSMIS:
            return ["Seul un protocole transmis, et que les deux parties n’ont pas signé, se reprend."]
        return []

    @transaction.atomic
    def reprendre(self, *, par, motif, le=None):
        """La Table le ramène en préparation, avec un motif; une signature déjà reçue reste à l'histoire."""
        protocole = self.verrouiller()
        exiger(protocole.empechements_a_reprendre())
        exiger([] if motif.strip() else ["Écrivez pourquoi le protocole est repris."])
        return protocole._revenir("reprendre-protocole", par=par, motif=motif.strip(), le=le)

    def _revenir(self, geste, *, par, motif, le):
        recues = [str(signature) for signature in self.reponses()]
        self.etat, self.transmis_le, self.transmis_par = self.Etat.PREPARATION, None, None
        self.revision += 1
        self.save()
        self.noter(geste, par=par, le=le, motif=motif, avant={"signatures": recues})
        return self

    # --- Signer ---------------------------------------------------------------------------------------------

    @property
    def empreinte_du_texte(self):
        return self.instantane().empreinte

    def organisme_de(self, cote):
        return self.initiative.organisme if cote == "organisme" else self.partenaire()

    def empechements_a_signer(self, cote):
        if refus := self.empechements_a_refuser(cote):
            return refus
        return self._ecarts_au_scelle() or [*self.fautes_de_dates(), *self._empechements_d_argent()]

    def _ecarts_au_scelle(self):
        """Ce qui se signe est ce qui est scellé : les deux parties sont encore celles du texte."""
        scelle, partenaire = self.instantane().contenu, self.partenaire()
        if scelle["organisme"]["identite"] != copie_de(self.initiative.organisme):
            return [IDENTITE_CHANGEE]
        meme = partenaire and scelle["partenaire"]["identite"] == copie_de(partenaire)
        return [] if meme else [PARTENAIRE_CHANGE]

    def empechements_de_date(self, signee_le):
        finie = [f"Le protocole finit le {date_longue(self.fin)}\xa0: il ne se signe plus après."]
        return super().empechements_de_date(signee_le) or (finie if signee_le > self.fin else [])

    def _refuse(self, *, par, motif, le):
        """Il revient en préparation; l'autre signature reste à ce tour."""
        return self._revenir("refuser-protocole", par=par, motif=motif, le=le)
