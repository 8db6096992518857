"""Ce que la Table adopte par résolution : un brouillon que l'on prépare, puis l'adoption, datée et jointe.

Abstrait : la répartition et le report en sont.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conventions.models.conventions import Convention
from conventions.models.pieces import PieceConvention
from socle.acces import RequeteProtegee
from socle.erreurs import VersionPerimee
from socle.texte.typographie import date_longue
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui


class Etat(models.TextChoices):
    BROUILLON = "brouillon", "En préparation"
    ADOPTEE = "adoptee", "Adopté"


class ActeQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Ce qui est adopté se voit avec sa convention; un brouillon se prépare, il ne se montre pas."""
        vues = Convention.objects.condition_de_vue(utilisateur, "convention__")
        return self.filter(vues, etat=Etat.ADOPTEE)


class ActeAdopte(models.Model):
    """Abstraite : un acte de la Table sur un exercice. Un seul en brouillon à la fois."""

    Etat = Etat

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="%(class)ss"
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.BROUILLON)
    revision = models.PositiveIntegerField("révision", default=0, editable=False)
    modifiee_le = models.DateTimeField("modifiée le", auto_now=True)
    modifiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="modifiée par", null=True, related_name="+"
    )
    adoptee_le = models.DateField("adoptée le", null=True, blank=True)
    adoptee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="adoption saisie par",
        null=True,
        related_name="+",
    )
    resolution = models.CharField("numéro de résolution", max_length=60, blank=True)
    piece = models.ForeignKey(
        PieceConvention, models.PROTECT, verbose_name="résolution", null=True, blank=True, related_name="+"
    )
    mouvement = models.UUIDField("mouvement au grand livre", null=True, editable=False)

    objects = ActeQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["convention", "an", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "an"],
                condition=Q(etat="brouillon"),
                name="%(class)s_un_seul_brouillon",
                violation_error_message="Un acte de cet exercice est déjà en préparation.",
            ),
            models.CheckConstraint(
                name="%(class)s_adoption_complete",
                condition=Q(
                    etat="brouillon",
                    adoptee_le__isnull=True,
                    adoptee_par__isnull=True,
                    resolution="",
                    piece__isnull=True,
                    mouvement__isnull=True,
                )
                | (
                    Q(
                        etat="adoptee",
                        adoptee_le__isnull=False,
                        adoptee_par__isnull=False,
                        piece__isnull=False,
                    )
                    & ~Q(resolution="")
                ),
                violation_error_message="Ce qui est adopté a sa date, sa personne, sa résolution et sa pièce.",
            ),
        ]

    @property
    def exercice(self):
        return Exercice(self.an)

    @classmethod
    def brouillon(cls, convention, an):
        """Celui qui se prépare pour cet exercice, avec ses lignes, ou `None`."""
        brouillons = cls.objects.filter(convention=convention, an=an, etat=Etat.BROUILLON)
        return brouillons.prefetch_related("lignes").first()

    def _avancer(self, revision, *, par):
        """Enregistre le brouillon sans ses lignes; lève `VersionPerimee` si la page datait."""
        if self.revision != revision:
            raise VersionPerimee("Une autre personne a enregistré ce brouillon pendant que vous l’écriviez.")
        self.revision, self.modifiee_par = revision + 1, par
        self.save()
        self.lignes.all().delete()

    def _exiger_la_revision(self, revision):
        """On adopte ce que la page montrait; `None` : on n'en a lu aucune."""
        if revision not in (None, self.revision):
            raise VersionPerimee("Une autre personne a changé ce brouillon depuis que la page est ouverte.")

    def empechements_de_date(self, jour):
        """De la signature à aujourd'hui."""
        if jour > aujourd_hui():
            return ["L’adoption ne peut pas être dans le futur."]
        if jour < self.convention.signee_le:
            signee_le = date_longue(self.convention.signee_le)
            return [
                f"La convention est signée depuis le {signee_le}\u00a0: l’adoption ne peut pas la précéder."
            ]
        return []

    def _empechements_d_adoption(self, adoptee_le, resolution):
        sans_numero = [] if resolution.strip() else ["Inscrivez le numéro de la résolution."]
        return [*self.empechements_de_date(adoptee_le), *sans_numero]

    def _ranger(self, *, par, adoptee_le, resolution, piece, mouvement, le):
        """L'acte devient adopté, sa pièce est rangée avec la convention."""
        self.piece = PieceConvention.televerser(
            piece,
            par=par,
            convention=self.convention,
            usage=PieceConvention.Usage.RESOLUTION,
            televersee_le=le or timezone.now(),
        )
        self.etat, self.adoptee_le, self.adoptee_par = Etat.ADOPTEE, adoptee_le, par
        self.resolution, self.mouvement = resolution.strip(), mouvement
        self.save()
