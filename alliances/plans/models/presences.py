"""Qui a la même page ouverte : un avis de courtoisie, jamais un verrou."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from alliances.plans.models.versions import VersionPlan

DUREE = timedelta(seconds=60)


class Presence(models.Model):
    """Une personne vue il y a moins d'une minute devant une section ou un élément."""

    version = models.ForeignKey(VersionPlan, models.CASCADE, verbose_name="version", related_name="presences")
    cible = models.CharField("cible", max_length=60)
    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="personne", related_name="+"
    )
    vue_le = models.DateTimeField("vue le")

    class Meta:
        verbose_name = "présence"
        constraints = [
            models.UniqueConstraint(fields=["version", "cible", "utilisateur"], name="presence_unique")
        ]

    def __str__(self):
        return f"{self.utilisateur} – {self.cible}"

    @classmethod
    def signaler(cls, version, cible, *, par):
        """Note la présence et retourne les autres personnes présentes (noms courts)."""
        maintenant = timezone.now()
        cls.objects.update_or_create(
            version=version, cible=cible, utilisateur=par, defaults={"vue_le": maintenant}
        )
        autres = cls.objects.filter(version=version, cible=cible, vue_le__gt=maintenant - DUREE)
        return [
            p.utilisateur.nom_court for p in autres.exclude(utilisateur=par).select_related("utilisateur")
        ]
