"""Ce qui appuie une résiliation, ou l'annulation d'un versement : la résolution, et l'avis transmis à l'organisme.

La Table y revient seule sur ce que deux parties ont signé : une instance l'a résolu, et l'organisme l'a su par écrit.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from projets.protocoles.models.protocoles import Protocole
from projets.protocoles.models.tranches import Tranche
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.models.pieces import Piece
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui

INCOMPLET = "Inscrivez la résolution et sa date, et joignez l’avis transmis à l’organisme."


class AvisQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))


class AvisTransmis(models.Model):
    """Un par fin, et un par versement annulé (`tranche`); `par` l'inscrit avec le geste qu'il appuie."""

    declencheurs = IMMUABLE

    protocole = models.ForeignKey(
        Protocole, models.PROTECT, verbose_name="protocole", related_name="avis_transmis"
    )
    tranche = models.ForeignKey(
        Tranche, models.PROTECT, verbose_name="versement annulé", null=True, related_name="+"
    )
    resolution = models.CharField("numéro de résolution", max_length=60)
    resolution_le = models.DateField("date de la résolution")
    inscrit_le = models.DateTimeField("inscrit le")
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="inscrit par", related_name="+"
    )

    objects = AvisQuerySet.as_manager()

    class Meta:
        verbose_name = "avis transmis"
        verbose_name_plural = "avis transmis"
        ordering = ["protocole", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocole"],
                condition=Q(tranche__isnull=True),
                name="avis_transmis_un_par_fin",
                violation_error_message="La fin de ce protocole a déjà son avis.",
            ),
            models.UniqueConstraint(
                fields=["tranche"],
                name="avis_transmis_un_par_versement",
                violation_error_message="L’annulation de ce versement a déjà son avis.",
            ),
            models.CheckConstraint(
                name="avis_transmis_par_resolution",
                condition=~Q(resolution=""),
                violation_error_message="Un avis transmis nomme la résolution qui l’appuie.",
            ),
        ]

    def __str__(self):
        return f"Résolution {self.resolution}, {date_longue(self.resolution_le)}"

    @staticmethod
    def fautes(protocole, resolution, resolution_le, avis):
        """Une phrase par chose qui manque ou ne se tient pas."""
        if not (resolution.strip() and resolution_le and avis):
            return [INCOMPLET]
        return AvisTransmis.fautes_de_date(protocole, resolution_le)

    @staticmethod
    def fautes_de_date(protocole, resolution_le):
        if resolution_le > aujourd_hui():
            return ["La date de la résolution est à venir."]
        if protocole.signe_le and resolution_le < protocole.signe_le:
            signe_le = date_longue(protocole.signe_le)
            return [f"Le protocole est signé du {signe_le}\xa0: la résolution qui y revient le suit."]
        return []

    @classmethod
    def inscrire(cls, protocole, *, par, resolution, resolution_le, avis, tranche=None, le=None):
        """Dans la transaction, et sous les verrous, du geste qu'il appuie."""
        inscrit = cls.objects.create(
            protocole=protocole,
            tranche=tranche,
            resolution=resolution.strip(),
            resolution_le=resolution_le,
            inscrit_le=le or timezone.now(),
            par=par,
        )
        inscrit.pieces.model.televerser(avis, par=par, avis=inscrit)
        return inscrit


class PieceAvisQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(avis__in=AvisTransmis.objects.visibles_par(utilisateur))


class PieceAvis(Piece):
    """L'avis, tel que l'organisme l'a reçu."""

    avis = models.ForeignKey(AvisTransmis, models.PROTECT, verbose_name="avis", related_name="pieces")

    objects = PieceAvisQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "pièce d’un avis transmis"
        verbose_name_plural = "pièces des avis transmis"
