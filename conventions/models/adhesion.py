"""Faire signer un avenant : le transmettre, recevoir chaque signature; la dernière le met en vigueur."""

import hashlib
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from conventions import comparaison
from conventions.coherence import incoherences
from conventions.models.application import (
    Application,
    empechements_d_echeancier,
    empechements_de_dates,
    empechements_de_fonds,
    montants_proposes,
    rangs_proposes,
)
from conventions.models.conventions import Etat as EtatConvention
from conventions.models.echeanciers import empechements_de_retenue
from conventions.models.parties import PartieConvention
from conventions.regles.echeancier import Prevu
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models import Document
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui, jour_de

BASE_BOUGEE = (
    "La convention a changé depuis que cet avenant est préparé : comparez, puis reprenez-le sur la convention "
    "actuelle."
)


class Adhesion(Application):
    """Mélangée à `Avenant`; chaque geste relit la convention et l'avenant sous verrou."""

    def empechements_a_transmettre(self):
        """Tout ce qui manque ou ne se tient pas, en phrases."""
        if self.etat != self.Etat.PREPARATION:
            return ["Cet avenant est déjà transmis ou fermé."]
        if self.base_a_bouge():
            return [BASE_BOUGEE]
        if not self.propositions:
            return ["L’avenant ne change encore rien : choisissez au moins un changement."]
        return self._empechements_de_fond()

    def _empechements_de_fond(self):
        if self.convention.etat != EtatConvention.SIGNEE:
            return ["La convention n’est plus en vigueur."]
        return [
            *incoherences(self.termes_proposes(), self.convention.debut.isoformat()),
            *empechements_de_dates(self.convention, self.propositions),
            *empechements_de_fonds(self.convention, montants_proposes(self.propositions)),
            *empechements_d_echeancier(self.convention, rangs_proposes(self.propositions)),
            *self._empechements_de_retenue(),
        ]

    def _empechements_de_retenue(self):
        """S'il touche la retenue ou un versement, l'une et les autres s'accordent."""
        if "parametre/retenue" not in self.propositions and not rangs_proposes(self.propositions):
            return []
        termes = self.termes_proposes()
        prevus = [
            Prevu(v["an"], Decimal(v["montant"]), v["condition"], date.fromisoformat(v["prevue_le"]))
            for v in comparaison.de_sorte(termes, "versement").values()
        ]
        return empechements_de_retenue(Decimal(termes["parametre/retenue"] or 0), prevus)

    @transaction.atomic
    def transmettre(self, *, par, revision=None, le=None):
        """Fige l'avenant et appelle chaque partie à signer, celles qu'il ajoute et celles qu'il retire aussi.

        `revision` : celle que la page montrait.
        """
        avenant = self.verrouiller()
        if empechements := avenant.empechements_a_transmettre():
            raise TransitionInterdite(empechements)
        if revision and revision != str(avenant.revision):
            raise VersionPerimee("Quelqu’un a modifié cet avenant depuis que la page est ouverte.")
        avenant.etat, avenant.transmis_le, avenant.transmis_par = (
            self.Etat.TRANSMIS,
            le or timezone.now(),
            par,
        )
        avenant.tour += 1
        avenant.save(update_fields=["etat", "transmis_le", "transmis_par", "tour"])
        avenant._appeler_a_signer()
        avenant.noter(
            "transmettre-avenant", par=par, le=le, motif=avenant.motif, **avenant._au_journal("transmis")
        )
        return avenant

    def _appeler_a_signer(self):
        parties = comparaison.de_sorte(self.base, "partie") | comparaison.de_sorte(
            self.termes_proposes(), "partie"
        )
        for rang, (cle, partie) in enumerate(parties.items()):
            role, _, organisme = cle.partition("/")
            if partie["signe"]:
                self.signatures.create(
                    tour=self.tour,
                    role=role,
                    organisme_id=int(organisme) or None,
                    # La ou le ministre signe d'ordinaire en dernier; rien n'y oblige.
                    rang=99 if role == PartieConvention.Role.MINISTRE else rang,
                    signataire=partie["signataire"],
                )

    def empechements_a_signer(self, signature):
        if signature.avenant_id != self.pk or signature.tour != self.tour or self.etat != self.Etat.TRANSMIS:
            return ["Cet avenant n’attend plus de signature."]
        if signature.signee_le:
            return [f"{signature.nom} a déjà signé cet avenant, le {date_longue(signature.signee_le)}."]
        return [BASE_BOUGEE] if self.base_a_bouge() else []

    def empechements_de_date(self, signee_le, resolution_le=None):
        """Une signature n'est ni à venir, ni d'avant la transmission; sa résolution la précède, d'au plus deux ans."""
        if signee_le > aujourd_hui():
            return ["La date de signature est à venir."]
        if self.transmis_le and signee_le < jour_de(self.transmis_le):
            return [
                f"L’avenant a été transmis le {date_longue(jour_de(self.transmis_le))} : la signature vient après."
            ]
        return self.convention.empechements_de_resolution(resolution_le, signee_le) if resolution_le else []

    @transaction.atomic
    def signer(self, signature, *, par, signee_le, resolution="", resolution_le=None, piece=None):
        """Inscrit la signature d'une partie; la dernière met l'avenant en vigueur, dans la même transaction.

        Lève `TransitionInterdite`, ou `PlafondDepasse` si les fonds à retirer viennent d'être employés : la
        signature n'est alors pas inscrite non plus.
        """
        avenant = self.verrouiller()
        signature = avenant.signatures.select_related("organisme").get(pk=signature.pk)
        empechements = avenant.empechements_a_signer(signature) or avenant.empechements_de_date(
            signee_le, resolution_le
        )
        if not signature.est_du_ministre and not (resolution.strip() and resolution_le and piece):
            empechements.append(
                "La signature d’un organisme demande sa résolution : numéro, date et fichier."
            )
        if empechements:
            raise TransitionInterdite(empechements)
        signature.signee_le, signature.signee_par = signee_le, par
        signature.resolution, signature.resolution_le = resolution.strip(), resolution_le
        signature.save()
        if piece:
            signature.pieces.model.televerser(piece, par=par, signature=signature)
        apres = {
            "partie": signature.nom,
            "signee_le": signee_le.isoformat(),
            "resolution": signature.resolution,
        }
        avenant.noter("signer-avenant", par=par, apres=apres)
        if not avenant.signatures_attendues().filter(signee_le=None).exists():
            avenant._mettre_en_vigueur(par=par)
        return avenant

    def _mettre_en_vigueur(self, *, par):
        if empechements := self._empechements_de_fond():
            raise TransitionInterdite(empechements)
        derniere = max(s.signee_le for s in self.signatures_attendues())
        precedent = self.convention.instantanes.aggregate(le=Max("en_vigueur_le"))["le"]
        le = max(derniere, precedent) if precedent else derniere
        instantane = self._appliquer(self.convention, par=par, le=le)
        self.etat, self.applique_le, self.applique_par = self.Etat.APPLIQUE, le, par
        # La clé suit le contenu consolidé : un avenant en vigueur ne change plus.
        cle = hashlib.sha256(f"avenant:{self.pk}:{instantane.empreinte}".encode()).hexdigest()
        nom = f"avenant-{self.numero}-{self.convention.alliance.slug}-{self.convention_id}.pdf"
        self.document, _ = Document.objects.get_or_create(cle=cle, defaults={"nom": nom})
        self.save(update_fields=["etat", "applique_le", "applique_par", "document"])
        self.noter("appliquer-avenant", par=par, motif=self.motif, **self._au_journal("applique"))

    @transaction.atomic
    def abandonner(self, *, motif, par, le=None):
        """Ferme l'avenant sans l'appliquer; au journal s'il fut transmis."""
        avenant = self.verrouiller()
        if empechements := avenant.empechements_a_abandonner():
            raise TransitionInterdite(empechements)
        if not motif.strip():
            raise TransitionInterdite("Un abandon a un motif.")
        avenant.etat, avenant.abandonne_le, avenant.abandonne_par = (
            self.Etat.ABANDONNE,
            le or timezone.now(),
            par,
        )
        avenant.abandon_motif = motif.strip()
        avenant.save(update_fields=["etat", "abandonne_le", "abandonne_par", "abandon_motif"])
        if avenant.transmis_le:
            avenant.noter("abandonner-avenant", par=par, le=le, motif=motif.strip())
        return avenant

    def empechements_a_abandonner(self):
        return [] if self.est_ouvert else ["Cet avenant est déjà en vigueur ou abandonné."]

    def _au_journal(self, etat):
        changes = self.changements()
        return {
            "avant": {change.nom: change.avant for change in changes},
            "apres": {"etat": etat} | {change.nom: change.apres for change in changes},
        }
