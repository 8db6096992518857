"""Une observation : un mot laissé sur un objet, partagé ou réservé à l'administration."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Visibilite(models.TextChoices):
    PARTAGEE = "partagee", "Partagée avec la Table"
    INTERNE = "interne", "Interne à l’administration"


class Observation(models.Model):
    """Abstraite : chaque pièce dit sur quoi elle porte et qui la voit."""

    Visibilite = Visibilite

    texte = models.TextField("texte", max_length=5000)
    visibilite = models.CharField(
        "visibilité", max_length=10, choices=Visibilite.choices, default=Visibilite.PARTAGEE
    )
    ecrite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="écrite par", related_name="+"
    )
    ecrite_le = models.DateTimeField("écrite le", default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["ecrite_le", "pk"]

    def __str__(self):
        return self.texte[:60]
