"""Une version du plan : son état, ses dates, ses personnes. Les trois bougent ensemble.

Les gestes de l'Alliance sont dans `redaction`, ceux de l'État dans `decisions`;
`docs/etats.md` les nomme tous.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from alliances.models.mandats import DE_L_ETAT, alliances_vues, vues_selon
from alliances.plans.models.contenu import ContenuDeVersion
from alliances.plans.models.decisions import GestesDeLEtat
from alliances.plans.models.journal import JournalPlan
from alliances.plans.models.plans import LECTURE_APPROUVEE, MEMBRES, PlanAction
from alliances.plans.models.redaction import GestesDeLAlliance
from socle.acces import RequeteProtegee
from socle.valeurs.horloge import aujourd_hui, jour_de


class Etat(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    ADOPTEE = "adoptee", "Adoptée par la Table"
    DEPOSEE = "deposee", "Déposée"
    A_CORRIGER = "a_corriger", "À corriger"
    AVISEE = "avisee", "Avis rendu"
    APPROUVEE = "approuvee", "Approuvée"
    REFUSEE = "refusee", "Refusée"
    REMPLACEE = "remplacee", "Remplacée"


OUVERTES = (Etat.BROUILLON, Etat.ADOPTEE, Etat.DEPOSEE, Etat.A_CORRIGER, Etat.AVISEE)
VUES_DE_L_ETAT = (Etat.DEPOSEE, Etat.A_CORRIGER, Etat.AVISEE, Etat.APPROUVEE, Etat.REFUSEE, Etat.REMPLACEE)
VUES_DE_TOUS = (Etat.APPROUVEE, Etat.REMPLACEE)
DECIDEES = (Etat.APPROUVEE, Etat.REFUSEE, Etat.REMPLACEE)


# Ce qu'un changement d'état change avec lui, et que le journal garde : avant → après.
AU_JOURNAL = (
    "adoptee_le",
    "resolution",
    "adoption_mode",
    "adoption_detail",
    "reference",
    "avis_sens",
    "decision_du",
    "lettre",
    "toutes_ouvertes",
)
TEXTES = frozenset(
    {"adoption_mode", "resolution", "reference", "analyse_note", "avis_sens", "avis_texte", "lettre"}
)


def _bloc(champs):
    """Ces champs sont tous remplis."""
    condition = Q()
    for champ in champs:
        condition &= ~Q(**{champ: ""}) if champ in TEXTES else Q(**{f"{champ}__isnull": False})
    return condition


def _absence(champs):
    """Ces champs sont tous vides."""
    condition = Q()
    for champ in champs:
        condition &= Q(**{champ: ""}) if champ in TEXTES else Q(**{f"{champ}__isnull": True})
    return condition


ADOPTION = ("adoptee_le", "adoptee_par", "adoption_mode", "resolution")
DEPOT = ("deposee_le", "deposee_par", "reference")
ANALYSE = ("analyse_le", "analyse_par", "analyse_note")
AVIS = ("avis_le", "avis_par", "avis_sens", "avis_texte")
DECISION = ("decidee_le", "decidee_par", "decision_du", "lettre")

CONTRAINTES = [
    models.UniqueConstraint(fields=["plan", "numero"], name="version_numero_unique"),
    models.UniqueConstraint(
        fields=["plan"],
        condition=Q(etat__in=OUVERTES),
        name="version_une_seule_ouverte",
        violation_error_message="Une version de ce plan est déjà en rédaction ou en examen.",
    ),
    models.UniqueConstraint(
        fields=["plan"],
        condition=Q(etat=Etat.APPROUVEE),
        name="version_une_seule_en_vigueur",
        violation_error_message="Ce plan a déjà une version en vigueur.",
    ),
    models.CheckConstraint(
        name="version_adoption_complete",
        condition=(Q(etat=Etat.BROUILLON) & _absence(ADOPTION)) | (~Q(etat=Etat.BROUILLON) & _bloc(ADOPTION)),
        violation_error_message="L’adoption a une date, une personne, un mode et un numéro de résolution.",
    ),
    models.CheckConstraint(
        name="version_depot_complet",
        condition=(Q(etat__in=VUES_DE_L_ETAT) & _bloc(DEPOT))
        | (Q(etat__in=(Etat.BROUILLON, Etat.ADOPTEE)) & _absence(DEPOT)),
        violation_error_message="Le dépôt a une date, une personne et une référence.",
    ),
    models.CheckConstraint(
        name="version_analyse_complete",
        condition=(Q(etat__in=(Etat.DEPOSEE, Etat.AVISEE, *DECIDEES)) & _bloc(ANALYSE)) | _absence(ANALYSE),
        violation_error_message="La fin de l’analyse a une note, une date et une personne.",
    ),
    models.CheckConstraint(
        name="version_avis_complet",
        condition=(Q(etat__in=(Etat.AVISEE, *DECIDEES)) & _bloc(AVIS))
        | (~Q(etat__in=(Etat.AVISEE, *DECIDEES)) & _absence(AVIS)),
        violation_error_message="L’avis a un sens, un texte, une date et une personne.",
    ),
    models.CheckConstraint(
        name="version_decision_complete",
        condition=(Q(etat__in=DECIDEES) & _bloc(DECISION)) | (~Q(etat__in=DECIDEES) & _absence(DECISION)),
        violation_error_message="La décision a sa date, sa lettre et la personne qui l’inscrit.",
    ),
    models.CheckConstraint(
        name="version_motif_de_modification",
        condition=Q(numero=1) | ~Q(motif=""),
        violation_error_message="Une modification du plan a un motif.",
    ),
    models.CheckConstraint(
        name="version_refus_motive",
        condition=~Q(etat=Etat.REFUSEE) | ~Q(decision_motif=""),
        violation_error_message="Un refus a un motif.",
    ),
]


class VersionPlanQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """L'Alliance voit tout; l'État, ce qui est déposé; les autres, ce qui est ou fut approuvé."""
        return self.filter(self.condition_de_vue(utilisateur))

    def condition_de_vue(self, utilisateur):
        """La règle de `visibles_par`, pour marquer ce qui se voit parmi d'autres lignes."""
        publiques = Q(etat__in=VUES_DE_TOUS)
        deposees = Q(etat__in=VUES_DE_L_ETAT)
        volets = (MEMBRES, Q()), (DE_L_ETAT, deposees), (LECTURE_APPROUVEE, publiques)
        return vues_selon(utilisateur, "plan__alliance", *volets)

    def au_texte_visible_par(self, utilisateur):
        """Celles dont la personne voit le texte vivant : ce que l'Alliance corrige ne se voit qu'au dépôt."""
        membres = alliances_vues(utilisateur, MEMBRES, "plan__alliance")
        return self.visibles_par(utilisateur).filter(membres | ~Q(etat__in=(Etat.BROUILLON, Etat.A_CORRIGER)))

    def ouvertes(self):
        return self.filter(etat__in=OUVERTES)

    def rafraichir_pour(self, alliances):
        """Rebâtit d'avance le contenu des versions ouvertes de ces Alliances : aucune lecture n'aura à le faire."""
        for version in self.ouvertes().filter(plan__alliance__in=alliances).select_related("plan__alliance"):
            if not version.est_pret_a_lire:
                version.rafraichir()


class VersionPlan(GestesDeLAlliance, GestesDeLEtat, ContenuDeVersion):
    """Une version du plan. La version approuvée reste en vigueur jusqu'à l'approbation de la suivante."""

    Etat = Etat

    class ModeAdoption(models.TextChoices):
        CONSENSUS = "consensus", "Par consensus"
        VOTE = "vote", "Par vote"

    class SensAvis(models.TextChoices):
        FAVORABLE = "favorable", "Favorable"
        RESERVES = "reserves", "Favorable avec réserves"
        DEFAVORABLE = "defavorable", "Défavorable"

    plan = models.ForeignKey(PlanAction, models.PROTECT, verbose_name="plan", related_name="versions")
    numero = models.PositiveSmallIntegerField("numéro", default=1)
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.BROUILLON)
    motif = models.TextField("motif de la modification", blank=True, max_length=2000)
    base = models.ForeignKey(
        "self", models.PROTECT, verbose_name="version de départ", null=True, blank=True, related_name="+"
    )
    creee_le = models.DateTimeField("créée le", editable=False)
    creee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="créée par", null=True, related_name="+"
    )
    tour = models.PositiveSmallIntegerField("nombre de dépôts", default=0, editable=False)
    toutes_ouvertes = models.BooleanField(
        "toutes les sections ouvertes",
        default=True,
        help_text="Après un retour, faux : seules celles à corriger.",
    )

    adoptee_le = models.DateField("adoptée le", null=True, blank=True)
    adoptee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="adoption saisie par",
        null=True,
        related_name="+",
    )
    adoption_mode = models.CharField(
        "mode d’adoption", max_length=10, choices=ModeAdoption.choices, blank=True
    )
    adoption_detail = models.CharField("précision sur le vote", max_length=200, blank=True)
    resolution = models.CharField("numéro de résolution", max_length=60, blank=True)

    deposee_le = models.DateTimeField("déposée le", null=True, blank=True)
    deposee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="déposée par", null=True, related_name="+"
    )
    reference = models.CharField("référence", max_length=40, blank=True)
    examen_commence_le = models.DateTimeField("examen commencé le", null=True, blank=True)

    analyse_le = models.DateTimeField("analyse terminée le", null=True, blank=True)
    analyse_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="analyse terminée par",
        null=True,
        related_name="+",
    )
    analyse_note = models.TextField("note de l’analyse", blank=True, max_length=5000)

    avis_le = models.DateTimeField("avis rendu le", null=True, blank=True)
    avis_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="avis rendu par", null=True, related_name="+"
    )
    avis_sens = models.CharField("sens de l’avis", max_length=12, choices=SensAvis.choices, blank=True)
    avis_texte = models.TextField("texte de l’avis", blank=True, max_length=10000)

    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="décidée par", null=True, related_name="+"
    )
    decision_du = models.DateField("date de la décision", null=True, blank=True)
    lettre = models.CharField("numéro de la lettre", max_length=60, blank=True)
    decision_motif = models.TextField("motif de la décision", blank=True, max_length=10000)

    a_la_table = True  # ce qu'en dit la base, quand on lit aussi celles d'ailleurs (`attentes.A_ECRIRE`)
    redaction_lue = None  # ce qu'une page a lu de son contenu (`attentes.redaction_de`)

    objects = VersionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "version du plan"
        verbose_name_plural = "versions du plan"
        ordering = ["plan", "-numero"]
        constraints = CONTRAINTES
        # Le contenu pèse lourd dans la ligne : les listes trouvent les états sans la lire.
        indexes = [
            models.Index(fields=["plan", "numero", "etat", "deposee_le"], name="version_dernieres"),
            models.Index(fields=["etat", "plan"], name="version_par_etat"),
        ]

    def __str__(self):
        return f"{self.plan.alliance.nom}, version {self.numero}"

    @property
    def est_sans_region(self):
        """Une requête, sauf si la version a été lue avec `sans_region`."""
        if not hasattr(self, "sans_region"):
            self.sans_region = not self.plan.alliance.regions.exists()
        return self.sans_region

    @property
    def est_ouverte(self):
        return self.etat in OUVERTES

    @property
    def est_decidee(self):
        return self.etat in DECIDEES

    @property
    def est_en_redaction(self):
        return self.etat in (Etat.BROUILLON, Etat.A_CORRIGER)

    @property
    def est_en_retard(self):
        """La première version n'est pas déposée et son échéance est passée."""
        return self.numero == 1 and not self.deposee_le and aujourd_hui() > self.plan.echeance

    @property
    def est_deposee_tard(self):
        """Un fait du passé : la première version a été déposée après l'échéance. Elle n'est plus en retard."""
        depot = self.numero == 1 and self.deposee_le
        return bool(depot) and jour_de(depot) > self.plan.echeance

    def verrouiller(self):
        """Relit la ligne sous verrou : un geste part toujours de l'état vrai, pas de celui de l'écran."""
        return (
            type(self)
            .objects.select_for_update(of=("self",))
            .select_related("plan__alliance__cycle")
            .get(pk=self.pk)
        )

    def noter(self, geste, *, par, **champs):
        """Inscrit un geste au journal du plan, dans la transaction en cours."""
        return JournalPlan.noter(self, geste, par=par, **champs)

    @transaction.atomic
    def _changer(self, geste, etat, *, par, le, motif="", **champs):
        """Change d'état avec sa date et sa personne, et inscrit au journal ce que le geste a changé."""
        avant, valeurs = self.etat, self._au_journal(champs)
        self.etat = etat
        for champ, valeur in champs.items():
            setattr(self, champ, valeur)
        self.save(update_fields=["etat", *champs])
        nouvelles = self._au_journal(champs)
        changes = [champ for champ in nouvelles if nouvelles[champ] != valeurs[champ]]
        self.noter(
            geste,
            par=par,
            le=le,
            motif=motif,
            avant={"etat": avant} | {c: valeurs[c] for c in changes if valeurs[c] != ""},
            apres={"etat": str(etat), "tour": self.tour}
            | {c: nouvelles[c] for c in changes if nouvelles[c] != ""},
            public=etat in VUES_DE_L_ETAT or avant in VUES_DE_L_ETAT,
        )

    def _au_journal(self, champs):
        """Les valeurs de ces champs telles que le journal les garde : du texte, ou vrai et faux."""
        valeurs = {champ: getattr(self, champ) for champ in AU_JOURNAL if champ in champs}
        return {c: v if isinstance(v, bool) else "" if v is None else str(v) for c, v in valeurs.items()}
