"""Ce que deux parties répondent à un texte transmis, protocole ou avenant : une signature, ou un refus motivé."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from alliances.models import Organisme
from conventions.models.parties import Fige, copie_de
from projets.models.choix import est_la_sienne
from projets.models.evaluations import est_en_conflit
from projets.protocoles.models.preparation import exiger
from socle.erreurs import VersionPerimee
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui, jour_de


class Cote(models.TextChoices):
    ALLIANCE = "alliance", "Pour l’Alliance"
    ORGANISME = "organisme", "Pour l’organisme"


class Sens(models.TextChoices):
    SIGNE = "signe", "Signé"
    REFUSE = "refuse", "Refusé"


class ReponseDePartie(Fige):
    """Abstraite : inscrite une fois par côté et par tour; l'identité de l'organisme y est figée. `par` l'inscrit."""

    Cote = Cote
    Sens = Sens

    tour = models.PositiveSmallIntegerField("transmission numéro")
    cote = models.CharField("côté", max_length=10, choices=Cote.choices)
    sens = models.CharField("réponse", max_length=6, choices=Sens.choices)
    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme", related_name="+")
    nom = models.CharField("nom de la personne qui signe", max_length=150, blank=True)
    fonction = models.CharField("fonction de la personne qui signe", max_length=120, blank=True)
    signee_le = models.DateField("signée le", null=True)
    resolution = models.CharField("numéro de résolution", max_length=60, blank=True)
    resolution_le = models.DateField("date de la résolution", null=True)
    motif = models.TextField("motif du refus", blank=True, max_length=2000)
    inscrite_le = models.DateTimeField("inscrite le")
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="inscrite par", related_name="+"
    )

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.nom_fige}\xa0: {self.get_sens_display().lower()}"


def contraintes_de_reponse(sujet, nom):
    """Celles d'une réponse à ce `sujet` (le champ qui le nomme)."""
    return [
        models.UniqueConstraint(
            fields=[sujet, "tour", "cote"],
            name=f"{nom}_une_par_cote",
            violation_error_message="Ce côté a déjà répondu.",
        ),
        models.CheckConstraint(
            name=f"{nom}_complete",
            condition=Q(sens="signe", signee_le__isnull=False, motif="") & ~Q(nom="") & ~Q(fonction="")
            | Q(sens="refuse", signee_le__isnull=True) & ~Q(motif=""),
            violation_error_message="Une signature a son nom, sa fonction et sa date; un refus, son motif.",
        ),
        models.CheckConstraint(
            name=f"{nom}_par_resolution",
            condition=Q(resolution="", resolution_le__isnull=True) & (Q(cote="alliance") | Q(sens="refuse"))
            | ~Q(resolution="") & Q(resolution_le__isnull=False),
            violation_error_message="La signature de l’organisme s’appuie sur une résolution et sa date.",
        ),
    ]


class DeuxReponses:
    """Mélangée à ce qui se transmet aux deux parties; son modèle dit `signatures`, `tour` et `organisme_de`.

    Il dit aussi `empechements_a_signer`, `empreinte_du_texte`, ce qu'entraîne la dernière signature
    (`_entrer_en_vigueur`) et ce qu'entraîne un refus (`_refuse`).
    """

    GENRE, LE, CE = "protocole", "Le protocole", "Ce protocole"

    def reponses(self):
        """Celles de la dernière transmission."""
        return [signature for signature in self.signatures.all() if signature.tour == self.tour]

    def cotes_a_signer(self):
        """Les côtés dont la signature manque."""
        recus = {signature.cote for signature in self.reponses()}
        return [cote for cote in Cote if cote not in recus]

    def _mains_liees(self, cote, par):
        """Jamais la même personne des deux côtés, ni, pour l'Alliance, une de l'organisme ou en conflit d'intérêts."""
        if par.pk in {signature.par_id for signature in self.reponses()}:
            return ["Vous avez répondu pour l’autre partie\xa0: une autre personne répond pour celle-ci."]
        liee = est_la_sienne(par, self.initiative)
        if cote == "alliance" and liee:
            return ["Cette initiative est de votre organisme\xa0: une autre personne signe pour l’Alliance."]
        if cote == "alliance" and est_en_conflit(par, self.initiative):
            return ["Vous avez déclaré un conflit d’intérêts\xa0: une autre personne signe pour l’Alliance."]
        return []

    def _exiger_le_texte_vu(self, vu):
        if vu is not None and vu != self.empreinte_du_texte:
            raise VersionPerimee(
                f"{self.LE} a été repris et transmis de nouveau depuis que la page est ouverte."
            )

    # --- Refuser --------------------------------------------------------------------------------------------

    def empechements_a_refuser(self, cote):
        """Refuser ne demande que d'être attendu : ce qui retient l'argent ne retient pas un refus."""
        if self.etat != self.Etat.TRANSMIS:
            return [f"{self.CE} n’attend pas de signature."]
        return [] if cote in self.cotes_a_signer() else ["Ce côté a déjà signé."]

    def empechements_a_refuser_par(self, cote, par):
        return self.empechements_a_refuser(cote) or self._mains_liees(cote, par)

    @transaction.atomic
    def refuser(self, cote, *, par, motif, vu=None, le=None):
        """Un côté refuse, avec un motif; l'autre signature reste à l'histoire."""
        transmis, motif = self.verrouiller(), motif.strip()
        exiger(transmis.empechements_a_refuser_par(cote, par))
        transmis._exiger_le_texte_vu(vu)
        exiger([] if motif else [f"Écrivez pourquoi {self.LE.lower()} est refusé."])
        transmis._inscrire(cote, sens="refuse", par=par, motif=motif, le=le)
        return transmis._refuse(par=par, motif=motif, le=le)

    # --- Signer ---------------------------------------------------------------------------------------------

    def empechements_a_signer_par(self, cote, par):
        return self.empechements_a_signer(cote) or self._mains_liees(cote, par)

    @transaction.atomic
    def signer(self, cote, *, par, nom, fonction, signee_le, vu=None, fichier=None, le=None, **resolution):
        """Inscrit la signature d'un côté; la dernière met le texte en vigueur, dans la même transaction.

        `vu` : l'empreinte du texte que la page montrait; `resolution` : `resolution` et `resolution_le`, obligatoires
        et jointes pour l'organisme. Lève `TransitionInterdite`, `PlafondDepasse` ou `VersionPerimee`.
        """
        transmis = self.verrouiller()
        saisie = {"nom": nom.strip(), "fonction": fonction.strip(), "signee_le": signee_le} | resolution
        exiger(transmis.empechements_a_signer_par(cote, par))
        transmis._exiger_le_texte_vu(vu)
        exiger(list(transmis._fautes_de_signature(cote, fichier, **saisie)))
        transmis._inscrire(cote, sens="signe", par=par, fichier=fichier, le=le, **saisie)
        if not transmis.cotes_a_signer():
            transmis._entrer_en_vigueur(par=par, le=le)
        return transmis

    def empechements_de_date(self, signee_le):
        if signee_le > aujourd_hui():
            return ["La date de signature est à venir."]
        if signee_le < (transmis := jour_de(self.transmis_le)):
            return [f"{self.LE} a été transmis le {date_longue(transmis)}\xa0: la signature vient après."]
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
            self.noter(f"signer-{self.GENRE}", par=par, le=le, apres=apres)
        return signature
