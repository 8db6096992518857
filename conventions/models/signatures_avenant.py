"""La signature d'un avenant par chaque partie, et la résolution jointe."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from alliances.models import Organisme
from conventions.models.avenants import Avenant
from conventions.models.parties import PartieConvention
from socle.acces import RequeteProtegee
from socle.models import Piece


class SignatureAvenant(models.Model):
    """La signature attendue d'une partie, puis reçue. Les lignes naissent à la transmission.

    `tour` est celui de la transmission : un avenant repris se signe de nouveau, et les anciennes signatures restent.
    Une partie que l'avenant ajoute signe aussi; elle n'est pas encore partie à la convention.
    """

    avenant = models.ForeignKey(Avenant, models.PROTECT, verbose_name="avenant", related_name="signatures")
    tour = models.PositiveSmallIntegerField("transmission numéro")
    organisme = models.ForeignKey(
        Organisme, models.PROTECT, verbose_name="organisme", null=True, blank=True, related_name="+"
    )
    role = models.CharField("rôle", max_length=15, choices=PartieConvention.Role.choices)
    rang = models.PositiveSmallIntegerField("rang", default=0)
    signataire = models.CharField("fonction de la personne qui signe", max_length=120, blank=True)
    signee_le = models.DateField("signée le", null=True, blank=True)
    signee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="signature inscrite par",
        null=True,
        related_name="+",
    )
    resolution = models.CharField("numéro de résolution", max_length=60, blank=True)
    resolution_le = models.DateField("date de la résolution", null=True, blank=True)

    class Meta:
        verbose_name = "signature d’un avenant"
        verbose_name_plural = "signatures d’un avenant"
        ordering = ["avenant", "tour", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["avenant", "tour", "role", "organisme"],
                name="signature_avenant_unique",
                violation_error_message="Cette partie est déjà appelée à signer.",
            ),
            models.CheckConstraint(
                name="signature_avenant_complete",
                condition=Q(signee_le__isnull=True, signee_par__isnull=True)
                | Q(signee_le__isnull=False, signee_par__isnull=False),
                violation_error_message="Une signature a sa date et la personne qui l’inscrit.",
            ),
            models.CheckConstraint(
                name="signature_avenant_avec_resolution",
                condition=Q(signee_le__isnull=True)
                | Q(role="ministre")
                | (~Q(resolution="") & Q(resolution_le__isnull=False)),
                violation_error_message="La signature d’un organisme s’appuie sur une résolution et sa date.",
            ),
        ]

    def __str__(self):
        return self.nom

    @property
    def nom(self):
        return PartieConvention(organisme=self.organisme, role=self.role).nom

    @property
    def est_du_ministre(self):
        return self.role == PartieConvention.Role.MINISTRE


class PieceAvenantQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(signature__avenant__in=Avenant.objects.visibles_par(utilisateur))


class PieceAvenant(Piece):
    """Le fichier d'une signature : la résolution d'un organisme, l'exemplaire signé de la ou du ministre."""

    signature = models.ForeignKey(
        SignatureAvenant, models.PROTECT, verbose_name="signature", related_name="pieces"
    )

    objects = PieceAvenantQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "pièce d’un avenant"
        verbose_name_plural = "pièces d’un avenant"
