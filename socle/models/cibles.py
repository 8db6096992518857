"""Les cibles de service : en combien de jours chaque étape devrait se faire. Chaque pièce dit ses étapes."""

import time

from django.db import models

MINUTE = 60  # secondes
_ETAPES = {}
_gardees = {"le": None, "cibles": {}}


def offrir(etapes):
    """Inscrit les étapes d'une pièce, à son démarrage : {code: (libellé, jours par défaut, ou `None`)}."""
    _ETAPES.update(etapes)


def semer(**_):
    """Après les migrations : une ligne par étape, pour que l'administration la règle."""
    CibleDeService.objects.bulk_create(
        [CibleDeService(etape=etape, jours=jours) for etape, (_, jours) in _ETAPES.items()],
        ignore_conflicts=True,
    )


def oublier():
    """Les cibles gardées se relisent."""
    _gardees["le"] = None


class CibleDeService(models.Model):
    """Un nombre de jours de calendrier pour une étape; vide, elle n'a pas de cible."""

    etape = models.CharField("étape", max_length=40, unique=True)
    jours = models.PositiveSmallIntegerField(
        "cible (jours)", null=True, blank=True, help_text="Jours de calendrier; vide, aucune cible."
    )

    class Meta:
        verbose_name = "cible de service"
        verbose_name_plural = "cibles de service"
        ordering = ["etape"]

    def __str__(self):
        return _ETAPES[self.etape][0] if self.etape in _ETAPES else self.etape

    def save(self, *args, **options):
        super().save(*args, **options)
        oublier()

    @classmethod
    def toutes(cls):
        """{étape: jours, ou `None`}, en une requête; une étape sans ligne garde sa cible d'origine."""
        return {etape: jours for etape, (_, jours) in _ETAPES.items()} | dict(
            cls.objects.values_list("etape", "jours")
        )

    @classmethod
    def du_moment(cls):
        """Les mêmes, gardées une minute par processus : chaque page les lit, l'administration les change rarement."""
        maintenant = time.monotonic()
        if _gardees["le"] is None or maintenant - _gardees["le"] > MINUTE:
            _gardees.update(le=maintenant, cibles=cls.toutes())
        return _gardees["cibles"]
