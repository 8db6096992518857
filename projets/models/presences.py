"""Qui écrit la même partie d'une demande."""

from django.db import models

from projets.models.initiatives import PartieDemande
from socle.models.presences import PresenceAbstraite


class PresenceDemande(PresenceAbstraite):
    """Une personne vue il y a moins d'une minute devant une partie."""

    partie = models.ForeignKey(PartieDemande, models.CASCADE, verbose_name="partie", related_name="presences")

    class Meta:
        verbose_name = "présence"
        constraints = [
            models.UniqueConstraint(fields=["partie", "utilisateur"], name="presence_demande_unique")
        ]

    def __str__(self):
        return f"{self.utilisateur} – {self.partie}"

    @classmethod
    def signaler(cls, partie, *, par):
        """Note la présence et retourne les autres personnes présentes (noms courts)."""
        return cls.noter_et_lire(par=par, partie=partie)
