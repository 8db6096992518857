"""Les étapes du circuit d'une initiative, copiées au dépôt : changer le circuit ensuite n'y touche pas."""

from django.db import models
from django.db.models import Q

from alliances.models import InstanceGouvernance
from alliances.models.circuits import Acte
from projets.models.initiatives import Initiative


class EtapeInitiative(models.Model):
    """Ce qu'une instance doit faire de cette initiative, dans l'ordre; la dernière décide."""

    Acte = Acte

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="etapes"
    )
    rang = models.PositiveSmallIntegerField("rang")
    acte = models.CharField("acte", max_length=15, choices=Acte.choices)
    instance = models.ForeignKey(
        InstanceGouvernance, models.PROTECT, verbose_name="instance", related_name="+"
    )
    nom = models.CharField("nom de l’instance", max_length=150, help_text="Tel qu’au dépôt.")

    class Meta:
        verbose_name = "étape d’une initiative"
        verbose_name_plural = "étapes d’une initiative"
        ordering = ["initiative", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "rang"], name="etape_initiative_rang_unique"),
            models.UniqueConstraint(
                fields=["initiative"],
                condition=Q(acte="decision"),
                name="etape_initiative_une_seule_decision",
                violation_error_message="Une seule instance décide.",
            ),
        ]

    def __str__(self):
        return f"{self.nom} → {self.get_acte_display().lower()}"
