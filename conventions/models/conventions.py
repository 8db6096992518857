"""La convention : l'accord entre la ou le ministre et ses partenaires, et ses paramètres.

Rien n'est une constante : les règles ont changé trois fois en quatorze mois au cycle précédent, et plusieurs
plafonds de 2024-2029 ne sont pas publics. Ce qui n'est pas certain avertit; cela ne bloque pas.

Les gestes sont dans `preparation`, `vie` et `resiliation`; `docs/etats.md` les nomme tous.
"""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from alliances.models import Alliance, Role
from alliances.models.charge import DossierConfie
from alliances.models.mandats import DE_L_ALLIANCE, DE_L_ETAT, vues_selon
from alliances.models.roles import DU_TERRITOIRE
from conventions.models.journal import JournalConvention
from conventions.models.preparation import GestesDePreparation
from conventions.models.vie import GestesDeVie
from conventions.regles.obligations import plus_mois
from socle.acces import RequeteProtegee
from socle.valeurs.argent import ZERO, MontantField
from socle.valeurs.exercice import Exercice

MEMBRES = DE_L_ALLIANCE | DU_TERRITOIRE | {Role.TERRITOIRE}


class Etat(models.TextChoices):
    PREPARATION = "preparation", "En préparation"
    TRANSMISE = "transmise", "Transmise aux parties"
    SIGNEE = "signee", "En vigueur"
    CLOSE = "close", "Close"
    RESILIEE = "resiliee", "Résiliée"


DUREE_MAXIMALE = 120  # mois
VIVANTES = (Etat.PREPARATION, Etat.TRANSMISE, Etat.SIGNEE)
VUES_DES_PARTIES = (Etat.TRANSMISE, Etat.SIGNEE, Etat.CLOSE, Etat.RESILIEE)
SIGNEES = (Etat.SIGNEE, Etat.CLOSE, Etat.RESILIEE)


def _ensemble(etats, *champs):
    """Ces champs sont remplis dans ces états, vides dans les autres : ils bougent avec l'état."""
    pleins, vides = Q(etat__in=etats), ~Q(etat__in=etats)
    for champ in champs:
        pleins &= Q(**{f"{champ}__isnull": False})
        vides &= Q(**{f"{champ}__isnull": True})
    return pleins | vides


def _pourcentage(libelle, aide=""):
    return models.DecimalField(
        libelle,
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=aide,
    )


class ConventionQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(self.condition_de_vue(utilisateur))

    def vivantes(self):
        """En préparation, transmises ou en vigueur : une Alliance n'en a qu'une."""
        return self.filter(etat__in=VIVANTES)

    def condition_de_vue(self, utilisateur, chemin=""):
        """L'État et l'administration voient tout; l'Alliance, ce qui lui est transmis; l'observation, ce qui
        est signé. `chemin` mène à la convention depuis une autre table (« convention__ »)."""
        transmises = Q(**{f"{chemin}etat__in": VUES_DES_PARTIES})
        signees = Q(**{f"{chemin}etat__in": SIGNEES})
        volets = (
            (DE_L_ETAT | {Role.ADMINISTRATION}, Q()),
            (MEMBRES, transmises),
            (frozenset({Role.OBSERVATION}), signees),
        )
        return vues_selon(utilisateur, f"{chemin}alliance", *volets)


class Convention(GestesDePreparation, GestesDeVie, DossierConfie):
    """L'accord de financement d'une Alliance pour un cycle (guide 2024-2029, §2.1 et §4.1).

    Les montants sont par exercice (`ExerciceConvention`); les parts sont des pourcentages de la convention.
    """

    Etat = Etat

    alliance = models.ForeignKey(Alliance, models.PROTECT, verbose_name="alliance", related_name="+")
    numero = models.CharField("numéro", max_length=30, unique=True)
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.PREPARATION)
    debut = models.DateField("début")
    fin = models.DateField("fin")
    fin_realisation = models.DateField(
        "fin de réalisation",
        help_text="Dernier jour où une initiative peut se réaliser; distinct de la fin de la convention.",
    )
    mois_pour_le_plan = models.PositiveSmallIntegerField(
        "mois pour déposer le plan", default=3, help_text="À compter de la signature (guide, §4.1)."
    )
    echeance_plan_au_plus_tard = models.DateField("dépôt du plan au plus tard")
    plafond_administration = _pourcentage(
        "plafond d’administration et de mobilisation (%)",
        "La part publique n’est pas connue : un dépassement avertit, il ne bloque pas.",
    )
    part_nouveaux_projets = _pourcentage("part réservée aux nouveaux projets (%)")
    part_regionale = _pourcentage("part des projets régionaux (%)")
    cumul_maximal = _pourcentage("cumul maximal des aides publiques (%)")
    retenue = _pourcentage(
        "retenue jusqu’au rapport final (%)", "Part du dernier versement gardée jusqu’au rapport final."
    )
    jours_d_avance = models.PositiveSmallIntegerField(
        "jours d’avance pour libérer un versement",
        default=30,
        help_text="Le temps de recommander et d’autoriser : au plus tôt, un versement se libère tant de jours avant sa "
        "date, et jamais avant le début de son exercice.",
    )
    avant_le_plan = models.TextField(
        "versements avant l’approbation du plan",
        blank=True,
        max_length=1000,
        help_text="En toutes lettres, pourquoi d’autres versements que le premier n’attendent pas le plan; vide, ils "
        "l’attendent tous.",
    )
    participation_etat = models.TextField(
        "participation à la gouvernance",
        blank=True,
        max_length=2000,
        help_text="Comment Services Québec, la Santé publique et les Affaires municipales y prennent part "
        "(guide, §2.2).",
    )
    mois_pour_le_rapport = models.PositiveSmallIntegerField(
        "mois pour le rapport annuel",
        default=3,
        help_text="Après le 31 mars, avec les états financiers : 3 mois mènent au 30 juin (usage de 2017-2023).",
    )
    bilan_le = models.DateField(
        "bilan pluriannuel attendu le",
        null=True,
        blank=True,
        help_text="À mi-parcours; laissez vide s’il n’y en a pas.",
    )
    mois_pour_le_rapport_final = models.PositiveSmallIntegerField(
        "mois pour le rapport final", default=3, help_text="Après la fin de la convention."
    )
    seuil_examen = MontantField(
        "seuil de la mission d’examen",
        default=Decimal("50000"),
        help_text="À partir de ce montant par exercice; en deçà, une mission de compilation.",
    )
    seuil_audit = MontantField(
        "seuil de la mission d’audit",
        default=Decimal("500000"),
        help_text="Seuils publics de l’action communautaire depuis avril 2024, sur le cumul des aides du Québec "
        "et des municipalités; pour un partenaire du FQIS, ils sont à confirmer.",
    )
    montants_fictifs = models.BooleanField(
        "montants fictifs", default=False, help_text="Inventés, pour une démonstration ou un essai."
    )
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    creee_le = models.DateTimeField("créée le", editable=False)
    creee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="créée par", null=True, related_name="+"
    )
    transmise_le = models.DateTimeField("transmise le", null=True, blank=True)
    transmise_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="transmise par", null=True, related_name="+"
    )
    signee_le = models.DateField("signée le", null=True, blank=True, help_text="Dernière des signatures.")
    fermee_le = models.DateField("fermée le", null=True, blank=True, help_text="Close ou résiliée.")
    fermee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="fermée par", null=True, related_name="+"
    )
    fermeture_motif = models.TextField("motif de la fermeture", blank=True, max_length=2000)
    fermeture_reglement = models.TextField(
        "règlement", blank=True, max_length=2000, help_text="Ce qui advient des sommes et des obligations."
    )

    objects = ConventionQuerySet.as_manager()

    class Meta:
        ordering = ["alliance__nom", "-debut"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance"],
                condition=Q(etat__in=VIVANTES),
                name="convention_une_seule_vivante",
                violation_error_message="Cette Alliance a déjà une convention en préparation ou en vigueur.",
            ),
            models.CheckConstraint(
                name="convention_debut_avant_fin",
                condition=Q(debut__lt=F("fin")),
                violation_error_message="La fin de la convention doit suivre son début.",
            ),
            models.CheckConstraint(
                name="convention_realisation_dans_la_convention",
                condition=Q(fin_realisation__gt=F("debut")) & Q(fin_realisation__lte=F("fin")),
                violation_error_message="La fin de réalisation tombe pendant la convention.",
            ),
            models.CheckConstraint(
                name="convention_bilan_dans_la_convention",
                condition=Q(bilan_le__isnull=True) | Q(bilan_le__range=(F("debut"), F("fin"))),
                violation_error_message="Le bilan pluriannuel tombe pendant la convention.",
            ),
            models.CheckConstraint(
                name="convention_transmission_complete",
                condition=_ensemble(VUES_DES_PARTIES, "transmise_le", "transmise_par"),
                violation_error_message="Une convention transmise a sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="convention_signature_datee",
                condition=_ensemble(SIGNEES, "signee_le"),
                violation_error_message="Une convention signée a sa date de signature.",
            ),
            models.CheckConstraint(
                name="convention_fermeture_complete",
                condition=_ensemble((Etat.CLOSE, Etat.RESILIEE), "fermee_le", "fermee_par"),
                violation_error_message="Une convention fermée a sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="convention_resiliation_motivee",
                condition=~Q(etat=Etat.RESILIEE) | (~Q(fermeture_motif="") & ~Q(fermeture_reglement="")),
                violation_error_message="Une résiliation a un motif et un règlement.",
            ),
            models.CheckConstraint(
                name="convention_seuils_en_ordre",
                condition=Q(seuil_examen__gte=0) & Q(seuil_audit__gte=F("seuil_examen")),
                violation_error_message="Le seuil de l’audit n’est pas sous celui de l’examen.",
            ),
            *(
                models.CheckConstraint(
                    name=f"convention_{champ}_en_pourcentage",
                    condition=Q(**{f"{champ}__isnull": True}) | Q(**{f"{champ}__range": (0, 100)}),
                    violation_error_message="Un pourcentage va de 0 à 100.",
                )
                for champ in (
                    "plafond_administration",
                    "part_nouveaux_projets",
                    "part_regionale",
                    "cumul_maximal",
                    "retenue",
                )
            ),
        ]

    def __str__(self):
        return f"Convention {self.numero}"

    def clean(self):
        """Une convention dure au plus dix ans et commence pendant son cycle : hors de là, c'est une date mal écrite."""
        cycle = self.alliance.cycle
        if self.debut and not plus_mois(cycle.debut, -12) <= self.debut <= cycle.fin:
            raise ValidationError(
                {"debut": "La convention commence pendant son cycle, ou dans l’année qui précède."}
            )
        if self.debut and self.fin and self.fin > plus_mois(self.debut, DUREE_MAXIMALE):
            raise ValidationError(
                {"fin": "Une convention dure au plus dix ans\u00a0: vérifiez la date de fin."}
            )
        for champ, nom in (
            ("bilan_le", "Le bilan pluriannuel"),
            ("echeance_plan_au_plus_tard", "Le dépôt du plan"),
        ):
            jour = getattr(self, champ)
            if jour and self.debut and self.fin and not min(self.debut, cycle.debut) <= jour <= self.fin:
                raise ValidationError({champ: f"{nom} tombe pendant la convention."})

    @property
    def est_signee(self):
        return self.etat in SIGNEES

    @property
    def est_fermee(self):
        return self.etat in (Etat.CLOSE, Etat.RESILIEE)

    @property
    def mention(self):
        """Ce que dit toute page qui montre son argent."""
        return "Montants fictifs" if self.montants_fictifs else ""

    def montant(self):
        """Le total en dollars de ses exercices; une requête, ou aucune s'ils sont chargés d'avance."""
        return sum((ligne.montant for ligne in self.exercices.all()), ZERO)

    def verrouiller(self):
        """Relit la ligne sous verrou : un geste part de l'état vrai, pas de celui de l'écran."""
        return (
            type(self)
            .objects.select_for_update(of=("self",), no_key=True)
            .select_related("alliance__cycle")
            .get(pk=self.pk)
        )

    def noter(self, geste, *, par, **champs):
        """Inscrit un geste au journal de la convention, dans la transaction en cours. `public` : l'Alliance le lit."""
        return JournalConvention.noter(self, geste, par=par, **champs)


class ExerciceConvention(models.Model):
    """Le montant d'une convention pour un exercice, en dollars; clos, il ne reçoit plus d'écriture."""

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="exercices"
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    montant = MontantField("montant")
    clos_le = models.DateField("clos le", null=True, blank=True)
    clos_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="clos par", null=True, related_name="+"
    )

    class Meta:
        verbose_name = "exercice de la convention"
        verbose_name_plural = "exercices de la convention"
        ordering = ["convention", "an"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "an"],
                name="exercice_convention_unique",
                violation_error_message="Cet exercice est déjà dans la convention.",
            ),
            models.CheckConstraint(
                name="exercice_montant_positif",
                condition=Q(montant__gte=0),
                violation_error_message="Le montant d’un exercice n’est pas négatif.",
            ),
            models.CheckConstraint(
                name="exercice_cloture_complete",
                condition=Q(clos_le__isnull=True, clos_par__isnull=True)
                | Q(clos_le__isnull=False, clos_par__isnull=False),
                violation_error_message="Un exercice clos a sa date et sa personne.",
            ),
        ]

    def __str__(self):
        return str(self.exercice)

    @property
    def exercice(self):
        return Exercice(self.an)
