"""Les cibles de service : en combien de jours chaque étape devrait se faire. Chaque pièce dit ses étapes."""

from django.db import models

_ETAPES = {}


def offrir(etapes):
    """Inscrit les étapes d'une pièce, à son démarrage : {code: (libellé, jours par défaut, ou `None`)}."""
    _ETAPES.update(etapes)


def semer(**_):
    """Après les migrations : une ligne par étape, pour que l'administration la règle."""
    CibleDeService.objects.bulk_create(
        [CibleDeService(etape=etape, jours=jours) for etape, (_, jours) in _ETAPES.items()],
        ignore_conflicts=True,
    )


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

    @classmethod
    def toutes(cls):
        """{étape: jours, ou `None`}, en une requête; une étape sans ligne garde sa cible d'origine."""
        return {etape: jours for etape, (_, jours) in _ETAPES.items()} | dict(
            cls.objects.values_list("etape", "jours")
        )

    @classmethod
    def de(cls, utilisateur):
        """Les cibles d'aujourd'hui, lues une fois par requête : gardées avec l'objet utilisateur, comme ses droits."""
        if not hasattr(utilisateur, "_cibles"):
            utilisateur._cibles = cls.toutes()
        return utilisateur._cibles
