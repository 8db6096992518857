"""Ce qu'un appel partage de chaque enveloppe."""

from django.db import models
from django.db.models import Q

from conventions.models import Enveloppe
from projets.models.appels import AppelProjets
from socle.valeurs.argent import MontantField


class EnveloppeAppel(models.Model):
    """Ce que l'appel partage d'une enveloppe, en dollars; plusieurs se mettent en commun."""

    appel = models.ForeignKey(AppelProjets, models.CASCADE, verbose_name="appel", related_name="enveloppes")
    enveloppe = models.ForeignKey(Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="+")
    montant = MontantField("montant")

    class Meta:
        verbose_name = "enveloppe d’un appel"
        verbose_name_plural = "enveloppes d’un appel"
        ordering = ["enveloppe__an", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appel", "enveloppe"],
                name="appel_enveloppe_unique",
                violation_error_message="Cette enveloppe est déjà à l’appel.",
            ),
            models.CheckConstraint(
                name="appel_enveloppe_positive",
                condition=Q(montant__gt=0),
                violation_error_message="Le montant est de plus de zéro dollar.",
            ),
        ]

    def __str__(self):
        return str(self.enveloppe)
