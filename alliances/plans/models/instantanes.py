"""L'instantané : ce que disait le plan au moment d'un geste, à jamais."""

import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import Q

from alliances.models.mandats import DE_L_ETAT, vues_selon
from alliances.plans.models.plans import LECTURE_APPROUVEE, MEMBRES
from alliances.plans.models.versions import VUES_DE_L_ETAT, VUES_DE_TOUS, VersionPlan
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.erreurs import EcritureImmuable
from socle.models import Document
from socle.valeurs.contenus import ContenuField


def forme_canonique(contenu):
    """Les octets dont l'empreinte est calculée : JSON en UTF-8, clés triées, sans espaces."""
    return json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def empreinte_de(contenu):
    """SHA-256 du contenu sous sa forme canonique."""
    return hashlib.sha256(forme_canonique(contenu)).hexdigest()


class RequeteDInstantanes(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """L'Alliance et l'État voient chaque instantané d'une version visible; les autres, la décision seule."""
        volets = (
            (MEMBRES, Q()),
            (DE_L_ETAT, Q(version__etat__in=VUES_DE_L_ETAT)),
            (LECTURE_APPROUVEE, Q(version__etat__in=VUES_DE_TOUS, circonstance="decision")),
        )
        return self.filter(vues_selon(utilisateur, "version__plan__alliance", *volets))

    def update(self, **champs):
        raise EcritureImmuable("Une version scellée ne se modifie pas.")

    def delete(self):
        raise EcritureImmuable("Une version scellée ne s’efface pas.")


class Instantane(models.Model):
    """Le contenu d'une version à un dépôt, un avis, un retour ou une décision, scellé par son empreinte.

    Le dépôt et la décision ont leur PDF (`document`), rendu une seule fois. `precedent` est l'instantané
    de la version alors en vigueur : le PDF y compare ses changements.
    """

    declencheurs = IMMUABLE

    class Circonstance(models.TextChoices):
        DEPOT = "depot", "Dépôt"
        AVIS = "avis", "Avis"
        RETOUR = "retour", "Retour"
        DECISION = "decision", "Décision"

    version = models.ForeignKey(
        VersionPlan, models.PROTECT, verbose_name="version", related_name="instantanes"
    )
    circonstance = models.CharField("circonstance", max_length=10, choices=Circonstance.choices)
    tour = models.PositiveSmallIntegerField("dépôt numéro")
    le = models.DateTimeField("pris le")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+")
    motif = models.TextField("motif", blank=True)
    contenu = ContenuField("contenu")
    empreinte = models.CharField("SHA-256", max_length=64)
    precedent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="version en vigueur", null=True, related_name="+"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, verbose_name="document", null=True, related_name="+"
    )

    objects = RequeteDInstantanes.as_manager()

    class Meta:
        verbose_name = "version scellée"
        verbose_name_plural = "versions scellées"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.version} – {self.get_circonstance_display()}"

    def save(self, *args, **options):
        if not self._state.adding:
            raise EcritureImmuable("Une version scellée ne se modifie pas.")
        super().save(*args, **options)

    def delete(self, *args, **options):
        raise EcritureImmuable("Une version scellée ne s’efface pas.")

    @classmethod
    def prendre(cls, version, circonstance, *, par, le, motif=""):
        """Scelle le contenu de la version. À un retour ou à un avis, c'est le contenu du dernier dépôt."""
        depot = None if circonstance == cls.Circonstance.DEPOT else version.dernier_instantane("depot")
        contenu = version.contenu(a_partir_de=depot.contenu if depot else None)
        empreinte = empreinte_de(contenu)
        en_vigueur = version.decision_en_vigueur_au_depart()
        document = None
        if circonstance in (cls.Circonstance.DEPOT, cls.Circonstance.DECISION):
            cle = hashlib.sha256(
                f"plan:{empreinte}:{en_vigueur and en_vigueur.empreinte}".encode()
            ).hexdigest()
            nom = f"plan-{version.plan.alliance.slug}-v{version.numero}-{circonstance}-{version.tour}.pdf"
            document, _ = Document.objects.get_or_create(cle=cle, defaults={"nom": nom})
        return cls.objects.create(
            version=version,
            circonstance=circonstance,
            tour=version.tour,
            le=le,
            par=par,
            motif=motif,
            contenu=contenu,
            empreinte=empreinte,
            precedent=en_vigueur,
            document=document,
        )

    def est_intact(self):
        """Le contenu correspond encore à son empreinte."""
        return self.empreinte == empreinte_de(self.contenu)
