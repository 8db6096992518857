"""La partie structurée du plan : priorité → objectif → moyen → indicateur, et les collaborateurs."""

from django.db import models
from django.db.models import F, Q

from alliances.models import SecteurActeur, Territoire, ThematiqueNationale
from alliances.models.gouvernance import Palier
from alliances.plans.models.elements import Element
from alliances.plans.models.versions import VersionPlan


class Priorite(Element):
    """Une priorité, libre dans ses mots, liée à une thématique nationale fermée (évaluation, §2.1)."""

    PARENTS = ("version",)
    ENFANTS = ("objectifs", "indicateurs")
    CHEMIN_VERSION = "version"

    version = models.ForeignKey(VersionPlan, models.CASCADE, verbose_name="version", related_name="priorites")
    titre = models.CharField("titre", max_length=200)
    palier = models.CharField("palier", max_length=10, choices=Palier.choices, default=Palier.REGIONAL)
    territoires = models.ManyToManyField(Territoire, verbose_name="territoires", related_name="+", blank=True)
    thematique = models.ForeignKey(
        ThematiqueNationale,
        models.PROTECT,
        verbose_name="thématique nationale",
        null=True,
        blank=True,
        related_name="+",
    )
    autres_thematiques = models.ManyToManyField(
        ThematiqueNationale, verbose_name="autres thématiques", related_name="+", blank=True
    )
    liens = models.TextField("liens avec les priorités du territoire", blank=True)
    raison = models.TextField("pourquoi cette priorité", blank=True)
    changement = models.TextField("changement souhaité", blank=True)
    articulation = models.TextField("lien entre la région et ses territoires", blank=True)
    personnes_visees = models.PositiveIntegerField("personnes visées au total", null=True, blank=True)

    class Meta(Element.Meta):
        verbose_name = "priorité"
        constraints = [models.UniqueConstraint(fields=["version", "cle"], name="priorite_cle_unique")]

    def __str__(self):
        return self.titre

    def avec_ses_lieux(self):
        """« Se loger (Témiscouata seulement) »."""
        lieux = ", ".join(map(str, self.territoires.all())) if self.palier == Palier.LOCAL else ""
        return f"{self} ({lieux} seulement)" if lieux else str(self)


class Objectif(Element):
    """Ce que l'on veut atteindre pour une priorité."""

    PARENTS = ("priorite",)
    ENFANTS = ("moyens", "indicateurs")
    CHEMIN_VERSION = "priorite__version"
    CHEMINS_PARENTS = ("", "priorite__")

    priorite = models.ForeignKey(Priorite, models.CASCADE, verbose_name="priorité", related_name="objectifs")
    titre = models.CharField("objectif", max_length=300)

    class Meta(Element.Meta):
        constraints = [models.UniqueConstraint(fields=["priorite", "cle"], name="objectif_cle_unique")]

    def __str__(self):
        return self.titre


class Moyen(Element):
    """Un moyen d'atteindre l'objectif : pour qui, où, avec qui, quand, pour quel résultat."""

    PARENTS = ("objectif",)
    ENFANTS = ("indicateurs",)
    CHEMIN_VERSION = "objectif__priorite__version"
    CHEMINS_PARENTS = ("", "objectif__", "objectif__priorite__")

    objectif = models.ForeignKey(Objectif, models.CASCADE, verbose_name="objectif", related_name="moyens")
    description = models.TextField("description", max_length=2000)
    population = models.CharField("population visée", max_length=300, blank=True)
    territoires = models.ManyToManyField(Territoire, verbose_name="territoires", related_name="+", blank=True)
    personnes_visees = models.PositiveIntegerField("personnes visées", null=True, blank=True)
    resultat_attendu = models.TextField("résultat attendu", blank=True, max_length=2000)
    responsable = models.CharField("responsable", max_length=200, blank=True)
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField("fin", null=True, blank=True)

    class Meta(Element.Meta):
        constraints = [
            models.UniqueConstraint(fields=["objectif", "cle"], name="moyen_cle_unique"),
            models.CheckConstraint(
                name="moyen_debut_avant_fin",
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(debut__lte=F("fin")),
                violation_error_message="La fin du moyen doit suivre son début.",
            ),
        ]

    def __str__(self):
        return self.description[:120]

    def _copier_annexes(self, copie):
        for collaborateur in self.collaborateurs.all():
            Collaborateur.objects.create(
                moyen=copie,
                nom=collaborateur.nom,
                secteur=collaborateur.secteur,
                contribution=collaborateur.contribution,
            )


class Collaborateur(models.Model):
    """Un collaborateur d'un moyen : son secteur et ce qu'il apporte vraiment."""

    moyen = models.ForeignKey(Moyen, models.CASCADE, verbose_name="moyen", related_name="collaborateurs")
    nom = models.CharField("nom", max_length=200)
    secteur = models.ForeignKey(
        SecteurActeur, models.PROTECT, verbose_name="secteur", null=True, blank=True, related_name="+"
    )
    contribution = models.CharField("contribution", max_length=300, blank=True)

    class Meta:
        verbose_name = "collaboratrice ou collaborateur"
        verbose_name_plural = "collaboratrices et collaborateurs"
        ordering = ["pk"]

    def __str__(self):
        return self.nom

    def save(self, *args, **options):
        super().save(*args, **options)
        self.moyen.version_du_plan.marquer()

    def delete(self, *args, **options):
        resultat = super().delete(*args, **options)
        self.moyen.version_du_plan.marquer()
        return resultat


class IndicateurPlan(Element):
    """Un indicateur d'un moyen, d'un objectif ou d'une priorité : unité, départ, cible, échéance de la cible.

    `version` répète celle de ce qui le porte : on cherche, voit et corrige un indicateur par un seul chemin.
    """

    PARENTS = ("moyen", "objectif", "priorite")
    CHEMIN_VERSION = "version"
    CHEMINS_PARENTS = (
        *("", "moyen__", "moyen__objectif__", "moyen__objectif__priorite__"),
        *("objectif__", "objectif__priorite__", "priorite__"),
    )

    class Nature(models.TextChoices):
        QUANTITATIF = "quantitatif", "Se compte"
        QUALITATIF = "qualitatif", "Se décrit"

    version = models.ForeignKey(
        VersionPlan, models.CASCADE, verbose_name="version", related_name="indicateurs", editable=False
    )
    moyen = models.ForeignKey(
        Moyen, models.CASCADE, verbose_name="moyen", related_name="indicateurs", null=True, blank=True
    )
    objectif = models.ForeignKey(
        Objectif, models.CASCADE, verbose_name="objectif", related_name="indicateurs", null=True, blank=True
    )
    priorite = models.ForeignKey(
        Priorite, models.CASCADE, verbose_name="priorité", related_name="indicateurs", null=True, blank=True
    )
    nom = models.CharField("indicateur", max_length=200)
    nature = models.CharField("nature", max_length=12, choices=Nature.choices, default=Nature.QUANTITATIF)
    unite = models.CharField("unité", max_length=60, blank=True)
    depart = models.DecimalField("départ", max_digits=14, decimal_places=2, null=True, blank=True)
    cible = models.DecimalField("cible", max_digits=14, decimal_places=2, null=True, blank=True)
    cible_decrite = models.CharField("cible décrite", max_length=500, blank=True)
    echeance = models.DateField("échéance de la cible", null=True, blank=True)
    precision = models.CharField("précision", max_length=300, blank=True)

    class Meta(Element.Meta):
        verbose_name = "indicateur du plan"
        verbose_name_plural = "indicateurs du plan"
        constraints = [
            models.UniqueConstraint(fields=["version", "cle"], name="indicateur_cle_unique"),
            models.CheckConstraint(
                name="indicateur_un_seul_porteur",
                condition=Q(moyen__isnull=False, objectif__isnull=True, priorite__isnull=True)
                | Q(moyen__isnull=True, objectif__isnull=False, priorite__isnull=True)
                | Q(moyen__isnull=True, objectif__isnull=True, priorite__isnull=False),
                violation_error_message="Un indicateur suit un moyen, un objectif ou une priorité, et un seul.",
            ),
            models.CheckConstraint(
                name="indicateur_cible_positive",
                condition=(Q(cible__isnull=True) | Q(cible__gte=0))
                & (Q(depart__isnull=True) | Q(depart__gte=0)),
                violation_error_message="La valeur de départ et la cible ne peuvent pas être négatives.",
            ),
            models.CheckConstraint(
                name="indicateur_selon_sa_nature",
                condition=Q(nature="quantitatif", cible_decrite="")
                | Q(nature="qualitatif", depart__isnull=True, cible__isnull=True, unite=""),
                violation_error_message="Un indicateur qui se décrit n’a ni unité ni valeur; celui qui se compte, si.",
            ),
        ]

    def __str__(self):
        return self.nom

    def save(self, *args, **options):
        self.version = self.version_du_plan
        super().save(*args, **options)

    @property
    def version_du_plan(self):
        return self.parent.version_du_plan
