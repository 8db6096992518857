"""L'instantané : ce que disait la convention à la signature, puis à chaque avenant, à jamais."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from alliances.plans.models.instantanes import empreinte_de
from conventions.models.contenu import contenu_de
from conventions.models.conventions import Convention
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.erreurs import EcritureImmuable
from socle.models import Document


class Circonstance(models.TextChoices):
    SIGNATURE = "signature", "Signature de la convention"
    AVENANT = "avenant", "Avenant"


class RequeteDInstantanesConvention(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui voit la convention signée en lit tous les états."""
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def au(self, jour):
        """L'état en vigueur ce jour-là, ou `None` avant la signature."""
        return self.filter(en_vigueur_le__lte=jour).order_by("en_vigueur_le", "pk").last()

    def update(self, **champs):
        raise EcritureImmuable("Une version scellée ne se modifie pas.")

    def delete(self):
        raise EcritureImmuable("Une version scellée ne s’efface pas.")


class InstantaneConvention(models.Model):
    """Le contenu d'une convention à une date, scellé par son empreinte, et son PDF rendu une seule fois.

    Ceux d'une convention se suivent : aucun n'entre en vigueur avant le précédent.
    """

    declencheurs = IMMUABLE

    Circonstance = Circonstance

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="instantanes"
    )
    circonstance = models.CharField("circonstance", max_length=10, choices=Circonstance.choices)
    avenant = models.OneToOneField(
        "conventions.Avenant", models.PROTECT, verbose_name="avenant", related_name="instantane", null=True
    )
    en_vigueur_le = models.DateField("en vigueur le")
    pris_le = models.DateTimeField("pris le", editable=False)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="par", related_name="+")
    contenu = models.JSONField("contenu")
    empreinte = models.CharField("SHA-256", max_length=64)
    document = models.ForeignKey(Document, models.PROTECT, verbose_name="document", related_name="+")

    objects = RequeteDInstantanesConvention.as_manager()

    class Meta:
        verbose_name = "version scellée de la convention"
        verbose_name_plural = "versions scellées de la convention"
        ordering = ["convention", "en_vigueur_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention"],
                condition=Q(circonstance="signature"),
                name="instantane_convention_une_signature",
                violation_error_message="Une convention se signe une seule fois.",
            ),
            models.CheckConstraint(
                name="instantane_convention_avenant_nomme",
                condition=Q(circonstance="signature", avenant__isnull=True)
                | Q(circonstance="avenant", avenant__isnull=False),
                violation_error_message="La version scellée d’un avenant nomme cet avenant.",
            ),
        ]

    def __str__(self):
        return f"{self.convention}, {self.titre.lower()}"

    def save(self, *args, **options):
        if not self._state.adding:
            raise EcritureImmuable("Une version scellée ne se modifie pas.")
        super().save(*args, **options)

    def delete(self, *args, **options):
        raise EcritureImmuable("Une version scellée ne s’efface pas.")

    @property
    def titre(self):
        """« Signature de la convention », « Avenant 2 »."""
        return str(self.avenant) if self.avenant_id else self.get_circonstance_display()

    @classmethod
    def prendre(cls, convention, circonstance, *, par, le, avenant=None):
        """Scelle la convention telle qu'elle est; `le` est le jour où ce contenu entre en vigueur."""
        contenu = contenu_de(convention)
        empreinte = empreinte_de(contenu)
        rang = convention.instantanes.count()
        cle = hashlib.sha256(f"convention:{convention.pk}:{rang}:{empreinte}".encode()).hexdigest()
        suffixe = f"-avenant-{avenant.numero}" if avenant else ""
        document, _ = Document.objects.get_or_create(
            cle=cle, defaults={"nom": f"convention-{convention.alliance.slug}-{convention.pk}{suffixe}.pdf"}
        )
        return cls.objects.create(
            convention=convention,
            circonstance=circonstance,
            avenant=avenant,
            en_vigueur_le=le,
            pris_le=timezone.now(),
            par=par,
            contenu=contenu,
            empreinte=empreinte,
            document=document,
        )

    def est_intact(self):
        """Le contenu correspond encore à son empreinte."""
        return self.empreinte == empreinte_de(self.contenu)
