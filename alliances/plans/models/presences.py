"""Qui a la même section ou le même élément d'un plan ouvert."""

from django.db import models

from alliances.plans.models.versions import VersionPlan
from socle.models.presences import PresenceAbstraite


class Presence(PresenceAbstraite):
    """Une personne vue il y a moins d'une minute devant une section ou un élément."""

    version = models.ForeignKey(VersionPlan, models.CASCADE, verbose_name="version", related_name="presences")
    cible = models.CharField("cible", max_length=60)

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
        return cls.noter_et_lire(par=par, version=version, cible=cible)
