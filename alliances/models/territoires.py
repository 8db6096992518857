"""Le cadre commun : cycles, thématiques, secteurs, régions, territoires. Lu par toute personne connectée."""

from django.db import models
from django.db.models import F, Q

from socle.acces import RequeteProtegee
from socle.valeurs.argent import MontantField


class RequeteDeReference(RequeteProtegee):
    """Les données de référence sont publiques : toute personne connectée les voit."""

    def visibles_par(self, utilisateur):
        return self.all() if utilisateur.is_authenticated else self.none()


class CycleQuerySet(RequeteDeReference):
    def en_cours(self, jour):
        return self.filter(debut__lte=jour, fin__gte=jour).order_by("-debut").first()


class Cycle(models.Model):
    """Un cycle. Ses dates sont des paramètres : elles ont changé trois fois en quatorze mois."""

    code = models.CharField("code", max_length=9, unique=True, help_text="Par exemple 2024-2029.")
    debut = models.DateField("début")
    fin = models.DateField("fin")
    fin_realisation = models.DateField(
        "fin de réalisation", help_text="Dernier jour où un moyen ou une initiative peut se réaliser."
    )
    echeance_plan = models.DateField(
        "échéance des plans", help_text="Dépôt du plan d’action au plus tard (guide 2024-2029, §4.2)."
    )
    montant = MontantField("montant national", help_text="En dollars, pour tout le cycle.")

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-debut"]
        constraints = [
            models.CheckConstraint(
                name="cycle_debut_avant_fin",
                condition=Q(debut__lt=F("fin")),
                violation_error_message="La fin du cycle doit suivre son début.",
            ),
            models.CheckConstraint(
                name="cycle_realisation_dans_le_cycle",
                condition=Q(fin_realisation__gt=F("debut")) & Q(fin_realisation__lte=F("fin")),
                violation_error_message="La fin de réalisation doit tomber pendant le cycle.",
            ),
        ]

    def __str__(self):
        return self.code


class ThematiqueNationale(models.Model):
    """Une thématique de la liste fermée d'un cycle; quatre sont des priorités recommandées (guide, §2.2)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, verbose_name="cycle", related_name="thematiques")
    code = models.SlugField("code", max_length=60)
    nom = models.CharField("nom", max_length=150)
    definition = models.TextField("définition", blank=True)
    recommandee = models.BooleanField("priorité nationale recommandée", default=False)
    rang = models.PositiveSmallIntegerField("rang", default=0)

    objects = RequeteDeReference.as_manager()

    class Meta:
        verbose_name = "thématique nationale"
        verbose_name_plural = "thématiques nationales"
        ordering = ["cycle", "rang", "code"]
        constraints = [models.UniqueConstraint(fields=["cycle", "code"], name="thematique_code_unique")]

    def __str__(self):
        return self.nom


class SecteurActeur(models.Model):
    """Un secteur d'acteurs attendu autour de la Table (guide, §3.2)."""

    code = models.SlugField("code", max_length=60, unique=True)
    nom = models.CharField("nom", max_length=150)
    attendu_au_plan = models.BooleanField("collaboration attendue au plan", default=True)
    vecu = models.BooleanField("personnes expertes de vécu", default=False)
    rang = models.PositiveSmallIntegerField("rang", default=0)

    objects = RequeteDeReference.as_manager()

    class Meta:
        verbose_name = "secteur d’acteurs"
        verbose_name_plural = "secteurs d’acteurs"
        ordering = ["rang", "code"]

    def __str__(self):
        return self.nom


class Region(models.Model):
    """Une des dix-sept régions administratives."""

    code = models.CharField("code", max_length=2, unique=True)
    nom = models.CharField("nom", max_length=60, unique=True)

    objects = RequeteDeReference.as_manager()

    class Meta:
        verbose_name = "région"
        ordering = ["code"]

    def __str__(self):
        return self.nom


class Territoire(models.Model):
    """Un territoire local : une MRC, mais pas toujours. Typé et hiérarchique."""

    class Type(models.TextChoices):
        MRC = "mrc", "MRC"
        VILLE = "ville", "Ville ou agglomération"
        EQUIVALENT = "equivalent", "Territoire équivalent"
        ARRONDISSEMENT = "arrondissement", "Arrondissement"
        VILLE_LIEE = "ville_liee", "Ville liée"
        QUARTIER = "quartier", "Quartier"
        COMMUNAUTE = "communaute", "Communauté autochtone"
        REGROUPEMENT = "regroupement", "Regroupement"

    code = models.CharField("code", max_length=12, unique=True, help_text="Code géographique, zéros compris.")
    nom = models.CharField("nom", max_length=100)
    type = models.CharField("type", max_length=15, choices=Type.choices, default=Type.MRC)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="région", related_name="territoires")
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="fait partie de", related_name="parties", null=True, blank=True
    )
    devitalise = models.BooleanField("dévitalisé", default=False)
    devitalise_source = models.CharField(
        "source de la dévitalisation", max_length=200, blank=True, help_text="Qui le dit, et de quelle année."
    )

    objects = RequeteDeReference.as_manager()

    class Meta:
        ordering = ["region__code", "code"]

    def __str__(self):
        return self.nom

    @property
    def derniers_indices(self):
        """Le plus récent de chaque sorte, un fait avant ce qui est inventé; lit `indices`, à charger d'avance."""
        rangs = sorted(self.indices.all(), key=lambda i: (not i.fictif, i.an))
        return sorted({i.indice: i for i in rangs}.values(), key=lambda i: i.Indice.values.index(i.indice))


class IndiceQuerySet(RequeteDeReference):
    def derniers(self, indices, territoires):
        """{(indice, territoire): le plus récent qui a une valeur}; un fait l'emporte sur ce qui est inventé."""
        lus = self.filter(indice__in=indices, territoire__in=territoires, valeur__isnull=False)
        return {(i.indice, i.territoire_id): i for i in lus.order_by("-fictif", "an")}


class IndiceTerritoire(models.Model):
    """Un fait daté d'un territoire, avec sa source : sa valeur, son rang parmi les 104, ou les deux.

    Les journaux citent souvent le rang sans la valeur : on inscrit ce qui est publié, rien de plus.
    """

    CLASSES = 104

    class Indice(models.TextChoices):
        IDMS = "idms", "Indice de défavorisation matérielle et sociale"
        IVE = "ive", "Indice de vitalité économique"
        POPULATION = "population", "Population"
        FAIBLE_REVENU = "faible_revenu", "Personnes à faible revenu"

    territoire = models.ForeignKey(
        Territoire, models.CASCADE, verbose_name="territoire", related_name="indices"
    )
    indice = models.CharField("indice", max_length=15, choices=Indice.choices)
    an = models.PositiveSmallIntegerField("année de référence")
    valeur = models.DecimalField("valeur", max_digits=12, decimal_places=4, null=True, blank=True)
    rang = models.PositiveSmallIntegerField(
        "rang", null=True, blank=True, help_text="Parmi les 104 MRC et territoires équivalents."
    )
    source = models.CharField("source", max_length=200)
    fictif = models.BooleanField("fictif", default=False, help_text="Inventé pour la démonstration.")

    objects = IndiceQuerySet.as_manager()

    class Meta:
        verbose_name = "indice d’un territoire"
        verbose_name_plural = "indices des territoires"
        ordering = ["territoire", "indice", "-an"]
        constraints = [
            models.UniqueConstraint(fields=["territoire", "indice", "an"], name="indice_territoire_unique"),
            models.CheckConstraint(
                name="indice_valeur_ou_rang",
                condition=Q(valeur__isnull=False, rang__isnull=True)
                | Q(rang__isnull=False, rang__gte=1, rang__lte=104),
                violation_error_message="Un indice a une valeur, ou un rang de 1 à 104.",
            ),
            models.CheckConstraint(
                name="indice_avec_source",
                condition=~Q(source=""),
                violation_error_message="Un indice a une source.",
            ),
        ]

    def __str__(self):
        return f"{self.get_indice_display()} {self.an}"

    @property
    def provenance(self):
        """« Population 2024, Institut de la statistique du Québec »; un chiffre inventé se dit fictif."""
        return f"{self}, {self.source}{' (fictif)' if self.fictif else ''}"
