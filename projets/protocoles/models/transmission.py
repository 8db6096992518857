"""Transmettre un protocole aux deux parties, recevoir leurs signatures, ou un refus qui le ramène en préparation."""

from django.db import transaction
from django.utils import timezone

from conventions.models.parties import copie_de
from projets.models import Initiative
from projets.models.choix import est_la_sienne
from projets.protocoles.models.preparation import PreparationDuProtocole, exiger
from projets.protocoles.regles.echeancier import fautes_d_echeancier
from socle.erreurs import VersionPerimee
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import aujourd_hui, jour_de

DEVANCE = "Quelqu’un a modifié ce protocole depuis que la page est ouverte."
IDENTITE_CHANGEE = (
    "L’organisme a changé de nom, de NEQ ou de numéro de fournisseur depuis la transmission\xa0: reprenez le protocole "
    "et transmettez-le de nouveau."
)


class GestesDeTransmission(PreparationDuProtocole):
    """De la préparation à la première signature."""

    scelle = None  # l'instantané lu

    def empechements_a_transmettre(self):
        """Tout ce qui manque ou ne se tient pas, en phrases."""
        if self.etat != self.Etat.PREPARATION:
            return ["Ce protocole est déjà transmis ou fermé."]
        return [*self.fautes_de_dates(), *self.fautes_d_echeancier(), *self.empechements_a_engager()]

    def fautes_d_echeancier(self):
        """Ce qui n'y tombe pas juste, en phrases."""
        noms = {a.pk: a.enveloppe for a in self.affectations()}
        return list(
            fautes_d_echeancier(
                self.prevues(),
                self.parts(),
                noms,
                debut=self.debut,
                rapport_final_le=self.rapport_final_le,
                fin=self.convention.fin,
            )
        )

    def empechements_a_engager(self):
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
        if not organisme.est_constitue:
            refus.append(f"{organisme} n’est pas constitué\xa0: il ne peut pas s’engager.")
        if self._s_est_decidee_elle_meme():
            refus.append(
                f"{organisme} porte l’initiative, et son instance l’a décidée\xa0: une autre instance doit décider."
            )
        if self.partenaire() is None:
            refus.append("Aucune partie de la convention ne peut signer pour l’Alliance.")
        return refus

    def _s_est_decidee_elle_meme(self):
        """Un organisme municipal porte, et l'instance qui a décidé est de son territoire."""
        organisme, initiative = self.initiative.organisme, self.initiative
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

    def empechements_a_refuser(self, cote):
        """Refuser ne demande que d'être attendu : ce qui retient l'argent ne retient pas un refus."""
        if self.etat != self.Etat.TRANSMIS:
            return ["Ce protocole n’attend pas de signature."]
        return [] if cote in self.cotes_a_signer() else ["Ce côté a déjà signé."]

    def empechements_a_refuser_par(self, cote, par):
        return self.empechements_a_refuser(cote) or self._mains_liees(cote, par)

    def _exiger_le_texte_vu(self, vu):
        if vu is not None and vu != self.instantane().empreinte:
            raise VersionPerimee(
                "Le protocole a été repris et transmis de nouveau depuis que la page est ouverte."
            )

    @transaction.atomic
    def refuser(self, cote, *, par, motif, vu=None, le=None):
        """Un côté refuse, avec un motif : le protocole revient en préparation, l'autre signature reste à ce tour."""
        protocole = self.verrouiller()
        exiger(protocole.empechements_a_refuser_par(cote, par))
        protocole._exiger_le_texte_vu(vu)
        exiger([] if motif.strip() else ["Écrivez pourquoi le protocole est refusé."])
        protocole._inscrire(cote, sens="refuse", par=par, motif=motif.strip(), le=le)
        return protocole._revenir("refuser-protocole", par=par, motif=motif.strip(), le=le)

    def _revenir(self, geste, *, par, motif, le):
        recues = [str(signature) for signature in self.recues()]
        self.etat, self.transmis_le, self.transmis_par = self.Etat.PREPARATION, None, None
        self.revision += 1
        self.save()
        self.noter(geste, par=par, le=le, motif=motif, avant={"signatures": recues})
        return self

    # --- Signer ---------------------------------------------------------------------------------------------

    def recues(self):
        """Les réponses à cette transmission-ci; d'une page qui a lu les signatures, sans les redemander."""
        return [signature for signature in self.signatures.all() if signature.tour == self.tour]

    def cotes_a_signer(self):
        """Les côtés dont la signature manque."""
        recus = {signature.cote for signature in self.recues()}
        return [cote for cote in self.signatures.model.Cote if cote not in recus]

    def organisme_de(self, cote):
        return self.initiative.organisme if cote == "organisme" else self.partenaire()

    def empechements_a_signer(self, cote):
        if refus := self.empechements_a_refuser(cote):
            return refus
        identite = self.instantane().contenu["organisme"]["identite"]
        change = identite != copie_de(self.initiative.organisme)
        return [IDENTITE_CHANGEE] if change else self.empechements_a_engager()

    def _mains_liees(self, cote, par):
        """Jamais la même personne des deux côtés, ni une de l'organisme pour l'Alliance."""
        if any(signature.par_id == par.pk for signature in self.recues()):
            return ["Vous avez répondu pour l’autre partie\xa0: une autre personne répond pour celle-ci."]
        liee = est_la_sienne(par, self.initiative)
        if cote == "alliance" and liee:
            return ["Cette initiative est de votre organisme\xa0: une autre personne signe pour l’Alliance."]
        return []

    def empechements_a_signer_par(self, cote, par):
        return self.empechements_a_signer(cote) or self._mains_liees(cote, par)

    @transaction.atomic
    def signer(self, cote, *, par, nom, fonction, signee_le, vu=None, fichier=None, le=None, **resolution):
        """Inscrit la signature d'un côté; la dernière engage l'argent, dans la même transaction.

        `vu` : l'empreinte du texte que la page montrait; `resolution` : `resolution` et `resolution_le`, obligatoires
        et jointes pour l'organisme. Lève `TransitionInterdite`, `PlafondDepasse` ou `VersionPerimee`.
        """
        protocole = self.verrouiller()
        saisie = {"nom": nom.strip(), "fonction": fonction.strip(), "signee_le": signee_le} | resolution
        exiger(protocole.empechements_a_signer_par(cote, par))
        protocole._exiger_le_texte_vu(vu)
        exiger(list(protocole._fautes_de_signature(cote, fichier, **saisie)))
        protocole._inscrire(cote, sens="signe", par=par, fichier=fichier, le=le, **saisie)
        if not protocole.cotes_a_signer():
            protocole._entrer_en_vigueur(par=par, le=le)
        return protocole

    def empechements_de_date(self, signee_le):
        if signee_le > aujourd_hui():
            return ["La date de signature est à venir."]
        if signee_le < (transmis := jour_de(self.transmis_le)):
            return [f"Le protocole a été transmis le {date_longue(transmis)}\xa0: la signature vient après."]
        return []

    def _fautes_de_signature(
        self, cote, fichier, *, nom, fonction, signee_le, resolution="", resolution_le=None
    ):
        if not (nom and fonction):
            yield "Inscrivez le nom et la fonction de la personne qui signe."
        yield from self.empechements_de_date(signee_le)
        if cote == "organisme" and not (resolution.strip() and resolution_le and fichier):
            yield "La signature de l’organisme demande sa résolution\xa0: numéro, date et fichier."
        elif bool(resolution.strip()) != bool(resolution_le):
            yield "Une résolution a son numéro et sa date."
        if resolution_le:
            yield from self.convention.empechements_de_resolution(resolution_le, signee_le)

    def _inscrire(self, cote, *, sens, par, le, fichier=None, **champs):
        """La ligne du tour, l'identité de l'organisme figée, et sa pièce."""
        organisme = self.organisme_de(cote)
        signature = self.signatures.create(
            tour=self.tour,
            cote=cote,
            sens=sens,
            organisme=organisme,
            par=par,
            inscrite_le=le or timezone.now(),
            **copie_de(organisme),
            **champs,
        )
        if fichier:
            signature.pieces.model.televerser(fichier, par=par, signature=signature)
        if sens == "signe":
            apres = {"partie": organisme.nom, "signee_le": str(signature.signee_le), "nom": signature.nom}
            self.noter("signer-protocole", par=par, le=le, apres=apres)
        return signature
