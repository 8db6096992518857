"""Un double clic ne fait rien deux fois : chaque formulaire porte un jeton qui ne réussit qu'une fois."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class EnvoiUnique(models.Model):
    """Un envoi réussi et la page où il a mené; le même envoi répété mène à la même page, sans rien refaire.

    Le même jeton avec un autre contenu est un autre envoi : une page restaurée, puis changée, ne se perd pas.
    """

    jeton = models.UUIDField("jeton")
    contenu = models.CharField("code de vérification de ce qui est envoyé", max_length=64)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="par", related_name="+")
    suite = models.CharField("suite", max_length=500, blank=True)
    le = models.DateTimeField("traité le", default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jeton", "contenu"], name="envoi_unique")]
        verbose_name = "envoi traité"
        verbose_name_plural = "envois traités"

    def __str__(self):
        return str(self.jeton)
