"""L'Alliance, ses parties et la manière dont elle décide. Aucune région ne se gouverne comme une autre."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.organismes import Organisme
from alliances.models.roles import DE_L_INSTANCE, GESTIONS_AU_TERRITOIRE, SUIVI, Role
from alliances.models.territoires import Cycle, IndiceTerritoire, Region, Territoire
from alliances.regles.palier import RegleDuPalier
from alliances.regles.palier import palier as calculer_le_palier
from socle.acces import RequeteProtegee
from socle.annonces import suites
from socle.models.utilisateurs import sans_chevrons
from socle.valeurs.argent import MontantField
from socle.valeurs.horloge import aujourd_hui


class Palier(models.TextChoices):
    REGIONAL = "regional", "Régional"
    LOCAL = "local", "Local"


class AllianceQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(alliances_vues(utilisateur, frozenset(Role) - DE_L_INSTANCE, "pk"))

    def suivies_par(self, utilisateur):
        """Celles dont la personne voit la gouvernance et l'histoire : tous les rôles, sauf les porteurs."""
        return self.filter(alliances_vues(utilisateur, SUIVI, "pk"))

    def marquer(self):
        """Fait avancer la révision : ce que l'on sait de ces Alliances a changé."""
        touchees = list(self.order_by().values_list("pk", flat=True).distinct())
        suites.annoncer("alliances", touchees)
        return self.model.objects.filter(pk__in=touchees).update(revision=F("revision") + 1)


class Alliance(models.Model):
    """L'entente d'un cycle avec une Table régionale, sur des régions ou des territoires.

    `montant` est en dollars pour le cycle; `montant_fictif` dit qu'il n'a pas été publié et qu'il a été
    inventé pour la démonstration.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, verbose_name="cycle", related_name="alliances")
    nom = models.CharField("nom", max_length=150)
    slug = models.SlugField(
        "adresse courte",
        max_length=60,
        help_text="Ne sert qu’une fois : le lien d’un cycle ne mène jamais à l’Alliance d’un autre.",
    )
    table_regionale = models.ForeignKey(
        Organisme, models.PROTECT, verbose_name="Table régionale", related_name="alliances"
    )
    regions = models.ManyToManyField(Region, verbose_name="régions", related_name="alliances", blank=True)
    territoires = models.ManyToManyField(
        Territoire, verbose_name="territoires", related_name="alliances", blank=True
    )
    montant = MontantField("montant annoncé", null=True, blank=True)
    montant_fictif = models.BooleanField("montant fictif", default=False)
    echeance_plan = models.DateField("échéance du plan", null=True, blank=True, editable=False)
    circuits_fixes_le = models.DateTimeField("circuits fixés le", null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)

    objects = AllianceQuerySet.as_manager()

    class Meta:
        ordering = ["nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="alliance_slug_unique",
                violation_error_message="Une Alliance porte déjà cette adresse courte, dans ce cycle ou un autre.",
            ),
            models.CheckConstraint(
                name="alliance_montant_positif",
                condition=Q(montant__isnull=True) | Q(montant__gte=0),
                violation_error_message="Le montant d’une Alliance n’est pas négatif.",
            ),
        ]

    def __str__(self):
        return self.nom

    def save(self, *args, **options):
        """Enregistre sans jamais faire reculer la révision : une autre personne l'a peut-être avancée."""
        if self._state.adding:
            return super().save(*args, **options)
        self.revision = F("revision") + 1
        if (champs := options.get("update_fields")) is not None:
            options["update_fields"] = {*champs, "revision"}
        super().save(*args, **options)
        self.refresh_from_db(fields=["revision"])
        suites.annoncer("alliances", [self.pk])

    @property
    def limite_du_plan(self):
        """Le dépôt du plan au plus tard, tant qu'il n'est pas ouvert : fixé par la convention, sinon par le cycle."""
        return self.echeance_plan or self.cycle.echeance_plan

    @property
    def confie_leur_part_aux_territoires(self):
        """Sa gouvernance le dit; sans profil, la Table garde tout."""
        profil = getattr(self, "profil_gouvernance", None)
        return profil is not None and profil.confie_leur_part_aux_territoires

    def fixer_les_circuits(self, *, le):
        """Le plan qui les décrit est déposé : la signature seule les change désormais. La première date demeure."""
        Alliance.objects.filter(pk=self.pk, circuits_fixes_le=None).update(circuits_fixes_le=le)

    def empechements_a_changer_les_circuits_par(self, par):
        if self.circuits_fixes_le is None or Role.SIGNATURE in self.roles_de(par):
            return []
        return [
            "Le plan qui décrit ces circuits est déposé\u00a0: seule la signature de l’Alliance les change encore."
        ]

    def roles_de(self, utilisateur):
        """Les rôles que la personne tient aujourd'hui sur cette Alliance."""
        return droits_de(utilisateur).pour(self.pk)


class Rattache(models.Model):
    """Abstraite : ce qui décrit une Alliance. L'écrire ou l'effacer fait avancer la révision de l'Alliance,
    et les contenus de plan gardés prêts à lire savent alors qu'ils sont en retard."""

    class Meta:
        abstract = True

    def save(self, *args, **options):
        super().save(*args, **options)
        Alliance.objects.filter(pk=self.alliance_decrite()).marquer()

    def delete(self, *args, **options):
        alliance = self.alliance_decrite()
        resultat = super().delete(*args, **options)
        Alliance.objects.filter(pk=alliance).marquer()
        return resultat

    def alliance_decrite(self):
        return self.alliance_id


class PartieAlliance(Rattache):
    """Un organisme et sa qualité dans l'Alliance : signataire, cosignataire, fiduciaire…"""

    class Qualite(models.TextChoices):
        SIGNATAIRE = "signataire", "Partenaire signataire"
        COSIGNATAIRE = "cosignataire", "MRC cosignataire"
        FIDUCIAIRE = "fiduciaire", "Fiduciaire"
        MANDATAIRE = "mandataire", "Mandataire"
        GESTIONNAIRE = "gestionnaire", "Gestionnaire du FQIS"

    alliance = models.ForeignKey(Alliance, models.CASCADE, verbose_name="alliance", related_name="parties")
    organisme = models.ForeignKey(
        Organisme, models.PROTECT, verbose_name="organisme", related_name="qualites"
    )
    qualite = models.CharField("qualité", max_length=15, choices=Qualite.choices)
    resolution = models.CharField("numéro de résolution", max_length=60, blank=True)
    resolution_le = models.DateField("date de la résolution", null=True, blank=True)

    class Meta:
        verbose_name = "partie à l’Alliance"
        verbose_name_plural = "parties à l’Alliance"
        ordering = ["alliance", "-qualite", "organisme__nom_normalise"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "organisme", "qualite"],
                name="partie_alliance_unique",
                violation_error_message="Cet organisme a déjà cette qualité dans l’Alliance.",
            ),
            models.UniqueConstraint(
                fields=["alliance"],
                condition=Q(qualite="fiduciaire"),
                name="alliance_un_seul_fiduciaire",
                violation_error_message="Une Alliance n’a qu’un fiduciaire.",
            ),
        ]

    def __str__(self):
        return f"{self.organisme} ({self.get_qualite_display()})"

    def clean(self):
        super().clean()
        if self.resolution_le and self.resolution_le > aujourd_hui():
            raise ValidationError(
                {"resolution_le": "La date de la résolution ne peut pas être dans le futur."}
            )
        if self.resolution_le and not self.resolution:
            raise ValidationError({"resolution": "Inscrivez le numéro de la résolution, ou effacez sa date."})


class ProfilGouvernance(Rattache):
    """Comment cette Alliance fonctionne (évaluation 2017-2023, tableaux 6 et 13). Rien n'est supposé."""

    class Gestion(models.TextChoices):
        CENTRALISEE = "centralisee", "Centralisée : appels, protocoles et suivi à la région"
        PARTAGEE = "partagee", "Partagée : appels au local, protocoles et suivi à la région"
        DEUX_PALIERS = "deux_paliers", "À deux paliers : chaque palier gère ses projets"

    class DecisionRegionale(models.TextChoices):
        TABLE_PREFETS = "table_prefets", "Table des préfètes et préfets ou équivalent"
        CONCERTATION = "concertation", "Concertation ou Table régionale"
        CONSEIL_VILLE = "conseil_ville", "Conseil municipal"
        ADMINISTRATION = "administration", "Administration régionale ou conseil autochtone"

    class DecisionLocale(models.TextChoices):
        MRC_DECIDE = "mrc_decide", "La MRC cosignataire décide et rend compte"
        MRC_RECOMMANDE = "mrc_recommande", "La MRC recommande à l’instance régionale"
        CONCERTATION_RECOMMANDE = "concertation_recommande", "La concertation locale recommande"
        CONCERTATION_DECIDE = "concertation_decide", "La concertation locale décide"
        ARRONDISSEMENTS = "arrondissements", "Arrondissements et villes liées décident"
        SANS_OBJET = "sans_objet", "Sans objet"

    class Pouvoir(models.TextChoices):
        DECISIONNEL = "decisionnel", "Décisionnel"
        CONSULTATIF = "consultatif", "Consultatif"
        INEXISTANTE = "inexistante", "Table non constituée"

    class Demarche(models.TextChoices):
        AUTONOMIE = "autonomie", "Priorités communes et autonomie locale"
        VISION = "vision", "Vision régionale et synergie avec le local"
        PROPRE = "propre", "Démarche propre à l’organisation"

    class Secteurs(models.TextChoices):
        NON_SOLLICITES = "non_sollicites", "Peu ou pas sollicités au palier régional"
        CONSULTES = "consultes", "Consultés"
        MEMBRES = "membres", "Membres des instances"

    class Concertations(models.TextChoices):
        NON_IMPLIQUEES = "non_impliquees", "Non impliquées au palier régional"
        CONSULTATIVES = "consultatives", "Consultatives"
        DECIDENT = "decident", "Participent à la décision"

    alliance = models.OneToOneField(
        Alliance, models.CASCADE, verbose_name="alliance", related_name="profil_gouvernance"
    )
    gestion = models.CharField("gestion du FQIS", max_length=15, choices=Gestion.choices, blank=True)
    decision_regionale = models.CharField(
        "décision régionale", max_length=15, choices=DecisionRegionale.choices, blank=True
    )
    decision_locale = models.CharField(
        "décision locale", max_length=25, choices=DecisionLocale.choices, blank=True
    )
    pouvoir_table = models.CharField(
        "pouvoir de la Table régionale", max_length=12, choices=Pouvoir.choices, blank=True
    )
    demarche = models.CharField("démarche régionale", max_length=10, choices=Demarche.choices, blank=True)
    partenaires_sectoriels = models.CharField(
        "partenaires sectoriels", max_length=15, choices=Secteurs.choices, blank=True
    )
    concertations_au_regional = models.CharField(
        "concertations locales au palier régional", max_length=15, choices=Concertations.choices, blank=True
    )
    part_regionale = models.DecimalField(
        "part des projets régionaux (%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    territoires_d_un_projet_regional = models.PositiveSmallIntegerField(
        "territoires touchés par un projet régional",
        default=2,
        null=True,
        blank=True,
        help_text="Au moins ce nombre. Vide, le nombre de territoires ne compte pas.",
    )
    population_d_un_projet_regional = models.DecimalField(
        "part de la population touchée par un projet régional (%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Au moins cette part de la population de l’Alliance. Vide, la population ne compte pas.",
    )
    liaison = models.CharField(
        "liaison intersectorielle", max_length=150, blank=True, help_text="Fonction ou organisme responsable."
    )
    modalite_propre = models.TextField(
        "modalité propre",
        blank=True,
        help_text="Ce que les choix ne disent pas : entente autochtone, Montréal, délégation écrite.",
    )
    revision = models.PositiveIntegerField("révision", default=1, editable=False)

    class Meta:
        verbose_name = "profil de gouvernance"
        verbose_name_plural = "profils de gouvernance"
        constraints = [
            models.CheckConstraint(
                name="profil_part_regionale_en_pourcentage",
                condition=Q(part_regionale__isnull=True)
                | (Q(part_regionale__gte=0) & Q(part_regionale__lte=100)),
                violation_error_message="La part régionale est un pourcentage entre 0 et 100.",
            ),
            models.CheckConstraint(
                name="profil_projet_regional_sur_un_territoire_au_moins",
                condition=Q(territoires_d_un_projet_regional__isnull=True)
                | Q(territoires_d_un_projet_regional__gte=1),
                violation_error_message="Un projet régional touche au moins un territoire.",
            ),
            models.CheckConstraint(
                name="profil_population_en_pourcentage",
                condition=Q(population_d_un_projet_regional__isnull=True)
                | Q(population_d_un_projet_regional__gt=0, population_d_un_projet_regional__lte=100),
                violation_error_message="La part de la population est un pourcentage de plus de 0, et de 100 au plus.",
            ),
        ]

    def __str__(self):
        return f"Gouvernance – {self.alliance}"

    @property
    def confie_leur_part_aux_territoires(self):
        return self.gestion in GESTIONS_AU_TERRITOIRE

    def palier_de(self, territoires):
        """Régionale ou locale : le `PalierCalcule` d'une initiative qui touche ces territoires, avec sa raison."""
        de_l_alliance = list(self.alliance.territoires.all())
        codes = {territoire.pk: territoire.code for territoire in de_l_alliance}
        lus = IndiceTerritoire.objects.derniers([IndiceTerritoire.Indice.POPULATION], de_l_alliance)
        return calculer_le_palier(
            {territoire.code: territoire.nom for territoire in territoires},
            RegleDuPalier(self.territoires_d_un_projet_regional, self.population_d_un_projet_regional),
            {territoire.code: territoire.nom for territoire in de_l_alliance},
            {codes[pk]: indice.valeur for (_, pk), indice in lus.items()},
        )


class Contact(Rattache):
    """La personne à joindre d'une Alliance telle qu'on l'imprime; elle n'a pas forcément de compte."""

    alliance = models.ForeignKey(Alliance, models.CASCADE, verbose_name="alliance", related_name="contacts")
    fonction = models.CharField("fonction", max_length=100)
    nom = models.CharField("nom", max_length=120, validators=[sans_chevrons])
    courriel = models.EmailField("adresse courriel", blank=True)
    telephone = models.CharField("téléphone", max_length=30, blank=True)
    principal = models.BooleanField("personne à joindre pour le plan", default=False)

    class Meta:
        verbose_name = "personne à joindre"
        verbose_name_plural = "personnes à joindre"
        ordering = ["-principal", "fonction", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance"],
                condition=Q(principal=True),
                name="contact_principal_unique",
                violation_error_message="Une Alliance n’a qu’une personne à joindre pour son plan.",
            )
        ]

    def __str__(self):
        return f"{self.nom} – {self.fonction}"
