"""Qui a la même page ouverte : un avis de courtoisie, jamais un verrou."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

DUREE = timedelta(seconds=60)


class PresenceAbstraite(models.Model):
    """Une personne vue il y a moins d'une minute; la pièce dit devant quoi."""

    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="personne", related_name="+"
    )
    vue_le = models.DateTimeField("vue le")

    class Meta:
        abstract = True

    @classmethod
    def noter_et_lire(cls, *, par, **devant):
        """Note la présence et retourne les autres personnes présentes (noms courts)."""
        maintenant = timezone.now()
        cls.objects.update_or_create(**devant, utilisateur=par, defaults={"vue_le": maintenant})
        autres = cls.objects.filter(**devant, vue_le__gt=maintenant - DUREE).exclude(utilisateur=par)
        return [p.utilisateur.nom_court for p in autres.select_related("utilisateur")]
