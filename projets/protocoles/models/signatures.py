"""La réponse de chaque côté à une transmission : une signature, ou un refus avec son motif; et la pièce jointe."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from alliances.models import Organisme
from conventions.models.parties import Fige
from projets.protocoles.models.gardiens import SIGNATURE_PERMISE
from projets.protocoles.models.protocoles import Protocole
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.models.pieces import Piece


class Cote(models.TextChoices):
    ALLIANCE = "alliance", "Pour l’Alliance"
    ORGANISME = "organisme", "Pour l’organisme"


class Sens(models.TextChoices):
    SIGNE = "signe", "Signé"
    REFUSE = "refuse", "Refusé"


class SignatureQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))


class SignatureProtocole(Fige):
    """Inscrite une fois par côté et par tour; l'identité de l'organisme y est figée. `par` l'inscrit."""

    declencheurs = (*IMMUABLE, SIGNATURE_PERMISE)

    Cote = Cote
    Sens = Sens

    protocole = models.ForeignKey(
        Protocole, models.PROTECT, verbose_name="protocole", related_name="signatures"
    )
    tour = models.PositiveSmallIntegerField("transmission numéro")
    cote = models.CharField("côté", max_length=10, choices=Cote.choices)
    sens = models.CharField("réponse", max_length=6, choices=Sens.choices)
    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme", related_name="+")
    nom = models.CharField("nom de la personne qui signe", max_length=150, blank=True)
    fonction = models.CharField("fonction de la personne qui signe", max_length=120, blank=True)
    signee_le = models.DateField("signée le", null=True)
    resolution = models.CharField("numéro de résolution", max_length=60, blank=True)
    resolution_le = models.DateField("date de la résolution", null=True)
    motif = models.TextField("motif du refus", blank=True, max_length=2000)
    inscrite_le = models.DateTimeField("inscrite le")
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="inscrite par", related_name="+"
    )

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "signature d’un protocole"
        verbose_name_plural = "signatures des protocoles"
        ordering = ["protocole", "tour", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocole", "tour", "cote"],
                name="signature_protocole_une_par_cote",
                violation_error_message="Ce côté a déjà répondu.",
            ),
            models.CheckConstraint(
                name="signature_protocole_complete",
                condition=Q(sens="signe", signee_le__isnull=False, motif="") & ~Q(nom="") & ~Q(fonction="")
                | Q(sens="refuse", signee_le__isnull=True) & ~Q(motif=""),
                violation_error_message="Une signature a son nom, sa fonction et sa date; un refus, son motif.",
            ),
            models.CheckConstraint(
                name="signature_protocole_par_resolution",
                condition=Q(resolution="", resolution_le__isnull=True)
                & (Q(cote="alliance") | Q(sens="refuse"))
                | ~Q(resolution="") & Q(resolution_le__isnull=False),
                violation_error_message="La signature de l’organisme s’appuie sur une résolution et sa date.",
            ),
        ]

    def __str__(self):
        return f"{self.nom_fige}\xa0: {self.get_sens_display().lower()}"


class PieceSignatureQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(signature__in=SignatureProtocole.objects.visibles_par(utilisateur))


class PieceSignature(Piece):
    """La résolution, ou l'exemplaire signé."""

    signature = models.ForeignKey(
        SignatureProtocole, models.PROTECT, verbose_name="signature", related_name="pieces"
    )

    objects = PieceSignatureQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "pièce d’une signature"
        verbose_name_plural = "pièces des signatures"
