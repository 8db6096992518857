"""Le montage d'une demande : ses dépenses et ses sources par exercice, ses partenaires, ses cibles, ses personnes.

Les montants sont en dollars. Les règles qui les jugent (équilibre, cumul, part propre, administration) sont dans
`projets.regles.montage` : ici, on ne fait que les ranger.
"""

from django.db import models
from django.db.models import F, Q

from alliances.models import SecteurActeur
from projets.models.initiatives import Initiative
from socle.valeurs.argent import MontantField
from socle.valeurs.exercice import Exercice


class Poste(models.TextChoices):
    SALAIRES = "salaires", "Salaires et charges"
    HONORAIRES = "honoraires", "Honoraires"
    MATERIEL = "materiel", "Denrées, matériel et fournitures"
    DEPLACEMENTS = "deplacements", "Déplacements"
    LOCATION = "location", "Location"
    COMMUNICATION = "communication", "Communication"
    PARTICIPATION = "participation", "Participation des personnes"
    ADMINISTRATION = "administration", "Administration"
    AUTRE = "autre", "Autre"


class LignePrevue(models.Model):
    """Abstraite : un montant d'un exercice, sur une ligne de la demande."""

    rang = models.PositiveSmallIntegerField("rang", default=0)
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    montant = MontantField("montant")

    class Meta:
        abstract = True
        ordering = ["rang", "an", "pk"]


class LigneDepense(LignePrevue):
    """Une dépense prévue : son poste et, s'il le faut, ses mots (« 200 h de diététiste »). Taxes nettes comprises."""

    Poste = Poste

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="depenses"
    )
    poste = models.CharField("poste", max_length=15, choices=Poste.choices)
    precision = models.CharField("précision", max_length=120, blank=True)

    class Meta(LignePrevue.Meta):
        verbose_name = "dépense prévue"
        verbose_name_plural = "dépenses prévues"
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "rang", "an"],
                name="depense_prevue_une_fois_par_exercice",
                violation_error_message="Cette ligne a déjà un montant pour cet exercice.",
            )
        ]

    def __str__(self):
        libelle = self.get_poste_display()
        return f"{libelle}\xa0: {self.precision}" if self.precision else libelle


class Source(models.TextChoices):
    """D'où vient l'argent; les trois premières, avec le Fonds, sont publiques et entrent au cumul."""

    FQIS = "fqis", "FQIS, cet appel"
    QUEBEC = "quebec", "Gouvernement du Québec"
    CANADA = "canada", "Gouvernement du Canada"
    MUNICIPAL = "municipal", "Municipalité ou MRC"
    AUTOCHTONE = "autochtone", "Organisation autochtone"
    PRIVE = "prive", "Fondation, entreprise ou don"
    PROPRE = "propre", "Votre organisme"
    BENEVOLAT = "benevolat", "Bénévolat"


class SourcePrevue(LignePrevue):
    """Une source prévue : de qui, en espèces ou en nature, confirmée ou demandée."""

    Source = Source

    class Forme(models.TextChoices):
        ESPECES = "especes", "En espèces"
        NATURE = "nature", "En nature"

    class Certitude(models.TextChoices):
        CONFIRMEE = "confirmee", "Confirmée"
        DEMANDEE = "demandee", "Demandée"

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="sources"
    )
    source = models.CharField("source", max_length=12, choices=Source.choices)
    nom = models.CharField("nom", max_length=120, blank=True)
    forme = models.CharField("forme", max_length=10, choices=Forme.choices, default=Forme.ESPECES)
    certitude = models.CharField(
        "certitude", max_length=10, choices=Certitude.choices, default=Certitude.DEMANDEE
    )

    class Meta(LignePrevue.Meta):
        verbose_name = "source prévue"
        verbose_name_plural = "sources prévues"
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "rang", "an"],
                name="source_prevue_une_fois_par_exercice",
                violation_error_message="Cette ligne a déjà un montant pour cet exercice.",
            ),
            models.CheckConstraint(
                name="source_du_fonds_en_especes",
                condition=~Q(source="fqis") | Q(forme="especes", certitude="demandee"),
                violation_error_message="Le Fonds se demande, en espèces.",
            ),
            models.CheckConstraint(
                name="benevolat_en_nature",
                condition=~Q(source="benevolat") | Q(forme="nature"),
                violation_error_message="Le bénévolat est une contribution en nature.",
            ),
        ]

    def __str__(self):
        return self.nom or self.get_source_display()


class PartenaireManager(models.Manager):
    """Un partenaire se lit avec son secteur."""

    def get_queryset(self):
        return super().get_queryset().select_related("secteur")


class PartenairePrevu(models.Model):
    """Un partenaire et ce qu'il apporte vraiment : des personnes, du matériel, de l'argent (évaluation, 2.4)."""

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="partenaires"
    )
    rang = models.PositiveSmallIntegerField("rang", default=0)
    nom = models.CharField("organisme", max_length=200)
    secteur = models.ForeignKey(
        SecteurActeur, models.PROTECT, verbose_name="secteur", null=True, blank=True, related_name="+"
    )
    humain = models.CharField("apport humain", max_length=200, blank=True)
    materiel = models.CharField("apport matériel", max_length=200, blank=True)
    financier = models.CharField("apport financier", max_length=200, blank=True)
    confirme = models.BooleanField("confirmé", default=False)

    objects = PartenaireManager()

    class Meta:
        verbose_name = "partenaire prévu"
        verbose_name_plural = "partenaires prévus"
        ordering = ["rang", "pk"]

    def __str__(self):
        return self.nom


class ObjectifInitiative(models.Model):
    """Un objectif, ce qu'on fera pour l'atteindre, et la cible qui dira s'il l'est."""

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="objectifs"
    )
    rang = models.PositiveSmallIntegerField("rang", default=0)
    objectif = models.CharField("objectif", max_length=200)
    activites = models.TextField("activités", max_length=600, blank=True)
    cible = models.PositiveIntegerField("cible", null=True, blank=True)
    unite = models.CharField(
        "ce qu’on compte", max_length=120, blank=True, help_text="Portions par an, personnes…"
    )
    pour_le = models.DateField("pour le", null=True, blank=True)

    class Meta:
        verbose_name = "objectif d’une initiative"
        verbose_name_plural = "objectifs d’une initiative"
        ordering = ["rang", "pk"]
        constraints = [
            models.CheckConstraint(
                name="objectif_initiative_cible_positive",
                condition=Q(cible__isnull=True) | Q(cible__gt=0),
                violation_error_message="Une cible est de plus de zéro.",
            ),
            models.CheckConstraint(
                name="objectif_initiative_cible_mesuree",
                condition=Q(cible__isnull=True) | ~Q(unite=""),
                violation_error_message="Dites ce que compte la cible.",
            ),
        ]

    def __str__(self):
        return self.objectif


class PersonnesPrevues(models.Model):
    """Combien de personnes distinctes l'initiative rejoindra un exercice donné, et combien de nouvelles."""

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="personnes_prevues"
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    nombre = models.PositiveIntegerField("personnes distinctes")
    nouvelles = models.PositiveIntegerField("dont nouvelles")

    class Meta:
        verbose_name = "personnes prévues"
        verbose_name_plural = "personnes prévues"
        ordering = ["an"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "an"], name="personnes_prevues_une_fois_par_exercice"
            ),
            models.CheckConstraint(
                name="personnes_nouvelles_parmi_toutes",
                condition=Q(nouvelles__lte=F("nombre")),
                violation_error_message="Les personnes nouvelles sont parmi les personnes distinctes.",
            ),
        ]

    def __str__(self):
        return f"{self.nombre} personnes"

    @property
    def exercice(self):
        return Exercice(self.an)


class PopulationVisee(models.Model):
    """Une population que l'initiative vise."""

    class Population(models.TextChoices):
        FAMILLES = "familles", "Familles à faible revenu"
        SEULES = "seules", "Personnes seules"
        AINEES = "ainees", "Personnes aînées"
        JEUNES = "jeunes", "Jeunes"
        IMMIGRANTES = "immigrantes", "Personnes immigrantes"
        AUTOCHTONES = "autochtones", "Personnes autochtones"
        HANDICAPEES = "handicapees", "Personnes handicapées"
        ITINERANCE = "itinerance", "Personnes en situation d’itinérance"
        TOUTES = "toutes", "Toute la population du milieu"

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="populations"
    )
    population = models.CharField("population", max_length=15, choices=Population.choices)

    class Meta:
        verbose_name = "population visée"
        verbose_name_plural = "populations visées"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "population"], name="population_visee_unique")
        ]

    def __str__(self):
        return self.get_population_display()
