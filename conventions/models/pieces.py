"""Les pièces d'une convention : résolutions, exemplaires signés, preuves de versement."""

from django.conf import settings
from django.db import models

from conventions.models.conventions import Convention
from conventions.models.parties import PartieConvention
from socle.acces import RequeteProtegee
from socle.models import Piece


class PieceConventionQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))


class PieceConvention(Piece):
    """Une pièce jointe à une convention, et la partie dont elle porte la signature s'il y a lieu.

    Celle d'une signature annulée garde sa ligne et son fichier : elle est retirée, et le dit.
    """

    class Usage(models.TextChoices):
        RESOLUTION = "resolution", "Résolution"
        EXEMPLAIRE = "exemplaire", "Exemplaire signé"
        AUTRE = "autre", "Autre document"

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="pieces"
    )
    partie = models.ForeignKey(
        PartieConvention, models.PROTECT, verbose_name="partie", null=True, blank=True, related_name="pieces"
    )
    usage = models.CharField("usage", max_length=12, choices=Usage.choices, default=Usage.AUTRE)
    retiree_le = models.DateTimeField("retirée le", null=True, editable=False)
    retiree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="retirée par",
        null=True,
        editable=False,
        related_name="+",
    )

    objects = PieceConventionQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "pièce de la convention"
        verbose_name_plural = "pièces de la convention"
