"""Ce qui est dû à la ou au ministre, et quand. Les lignes naissent à la signature; un avenant les recalcule."""

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from conventions.models.conventions import Convention
from socle.acces import RequeteProtegee
from socle.horloge import aujourd_hui


class ObligationQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def dues(self):
        """Ni remplies ni annulées."""
        return self.filter(remplie_le__isnull=True, annulee_le__isnull=True)

    def en_retard(self, jour=None):
        return self.dues().filter(echeance__lt=jour or aujourd_hui())


class Obligation(models.Model):
    """Un livrable et sa date : plan, rapport annuel, bilan, rapport final, états financiers."""

    class Nature(models.TextChoices):
        PLAN = "plan", "Plan d’action régional concerté"
        RAPPORT_ANNUEL = "rapport_annuel", "Rapport annuel"
        ETATS_FINANCIERS = "etats_financiers", "États financiers"
        BILAN = "bilan", "Bilan pluriannuel"
        RAPPORT_FINAL = "rapport_final", "Rapport final"

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="obligations"
    )
    nature = models.CharField("nature", max_length=20, choices=Nature.choices)
    an = models.PositiveSmallIntegerField(
        "exercice",
        null=True,
        blank=True,
        help_text="L’an de son 1er avril; vide pour tout le cycle.",
    )
    precision = models.CharField(
        "précision", max_length=200, blank=True, help_text="Par exemple : mission d’audit."
    )
    echeance = models.DateField("échéance")
    remplie_le = models.DateField("remplie le", null=True, blank=True)
    remplie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="constatée par", null=True, related_name="+"
    )
    annulee_le = models.DateField("annulée le", null=True, blank=True, help_text="Par un avenant.")

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ["convention", "echeance", "nature"]
        constraints = [
            models.UniqueConstraint(
                "convention",
                "nature",
                Coalesce("an", Value(0)),
                condition=Q(annulee_le__isnull=True),
                name="obligation_unique",
                violation_error_message="Cette obligation existe déjà.",
            ),
            models.CheckConstraint(
                name="obligation_remplie_ou_annulee",
                condition=Q(remplie_le__isnull=True) | Q(annulee_le__isnull=True),
                violation_error_message="Une obligation remplie ne s’annule pas.",
            ),
        ]

    def __str__(self):
        return self.get_nature_display()
