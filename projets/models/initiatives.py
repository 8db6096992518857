"""L'initiative : un seul objet de la demande à la clôture. Ce qu'on en écrit est dans `contenu`, ses gestes à côté."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, When

from alliances.models import Alliance, Organisme, Role, Territoire
from alliances.models.charge import DossierConfie
from alliances.models.gouvernance import Palier
from alliances.models.mandats import DE_L_ETAT, personnes_concernees, vues_selon
from alliances.plans.models import Priorite
from projets.models.appels import AppelProjets
from projets.models.choix import les_siennes, siennes_d_aujourd_hui
from projets.models.contenu import ContenuDeDemande
from projets.models.depot import GestesDeDemande
from projets.models.journal import DE_LA_TABLE, JournalProjets
from projets.models.ouvertures import a_evalue
from projets.models.receptions import CONTRAINTES, RecueAutrement
from projets.models.relecture import RelectureDeDemande
from projets.regles.dates import hors_de_la_realisation
from socle.acces import RequeteProtegee
from socle.valeurs.argent import MontantField, somme
from socle.valeurs.exercice import Exercice


class Etat(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    DEPOSEE = "deposee", "Déposée"
    RETIREE = "retiree", "Retirée"
    ADMISSIBLE = "admissible", "Admissible"
    NON_ADMISSIBLE = "non_admissible", "Non admissible"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    EN_ATTENTE = "en_attente", "En liste d’attente"
    DESISTEE = "desistee", "Désistée"
    LIBEREE = "liberee", "Réservation libérée"


A_L_ETUDE = (Etat.DEPOSEE, Etat.ADMISSIBLE)
# Ce que son organisme n'apprend que par la réponse, jamais avant (l'embargo de l'appel).
DECIDEES = (Etat.ACCEPTEE, Etat.REFUSEE, Etat.EN_ATTENTE)
RENDUES = (Etat.DESISTEE, Etat.LIBEREE)  # acceptées, puis leur argent est revenu aux enveloppes
REPONDUES = (*DECIDEES, *RENDUES)
# Une demande retirée ne compte pas au total de ce que l'on attend du Fonds.
DEMANDE_RETENUE = Case(When(~Q(etat=Etat.RETIREE), then=F("montant_demande")))
RESPONSABLES = frozenset({Role.COORDINATION, Role.TERRITOIRE})


class InitiativeQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(self.condition_de_vue(utilisateur))

    def condition_de_vue(self, utilisateur, chemin=""):
        """L'organisme voit les siennes; la Table et l'État, ce qui est déposé. Un brouillon n'est que de qui l'écrit.

        L'évaluation n'entre pas ici : elle ne voit un dossier qu'après sa déclaration (`evaluations`).
        """
        return _suivies(utilisateur, chemin) | siennes_d_aujourd_hui(utilisateur, chemin)

    def condition_de_l_etude(self, utilisateur, chemin=""):
        """Qui lit l'étude à mesure qu'elle se fait : la Table et l'État; la Table lit aussi ce qu'elle inscrit.

        De ce qu'elle ne choisit pas, une personne n'en lit, comme l'organisme, que ce qu'on lui annonce.
        """
        return _suivies(utilisateur, chemin) & ~self.condition_de_soi(utilisateur, chemin)

    def condition_de_soi(self, utilisateur, chemin=""):
        """Ce que la personne ne choisit pas : les siennes, et celles où elle a déclaré un conflit."""
        siennes = les_siennes(utilisateur, chemin)
        if not a_evalue(utilisateur):
            return siennes
        declarations = self.model.declarations.rel.related_model.objects.order_by()
        conflits = declarations.filter(personne=utilisateur.pk, conflit=True).values("initiative")
        return siennes | Q(**{f"{chemin}pk__in": conflits})

    def condition_une_fois_repondue(self, utilisateur, chemin="", **annoncee):
        """L'étude et, une fois la réponse partie, l'organisme. `annoncee` : ce qui dit que c'est fait."""
        annoncee = annoncee or {"etat_annonce__in": REPONDUES}
        repondue = Q(**{f"{chemin}{champ}": valeur for champ, valeur in annoncee.items()})
        return self.condition_de_l_etude(utilisateur, chemin) | (
            self.condition_de_vue(utilisateur, chemin) & repondue
        )

    def avec_etat_lu(self, utilisateur):
        """`etat_lu` : l'état vrai pour qui suit l'étude, celui qu'on lui a annoncé pour l'organisme."""
        vrai = When(self.condition_de_l_etude(utilisateur), then=F("etat"))
        return self.annotate(
            etat_lu=Case(vrai, default=F("etat_annonce"), output_field=models.CharField(choices=Etat.choices))
        )

    def avec_etude_suivie(self, utilisateur):
        """`suivie` : cette personne lit l'étude à mesure. Ce qu'elle lit d'autre s'en déduit, sans le redemander."""
        suivie = ExpressionWrapper(self.condition_de_l_etude(utilisateur), models.BooleanField())
        return self.annotate(suivie=suivie)

    def deposees(self):
        return self.filter(deposee_le__isnull=False)

    def reprenables(self):
        """La condition de `est_reprenable`."""
        return self.filter(Q(deposee_le__isnull=False) | Q(etat=Etat.RETIREE))

    def en_cours(self):
        """Déposées, et dont la Table attend ou promet encore quelque chose."""
        return self.filter(etat__in=(*A_L_ETUDE, Etat.EN_ATTENTE, Etat.ACCEPTEE))

    def a_l_etude(self):
        """Déposées, et sans décision encore."""
        return self.filter(etat__in=A_L_ETUDE)

    def avec_demande(self):
        """Avec ce que chacune attend du Fonds, en dollars (`montant_demande`)."""
        fonds = self.model.sources.rel.related_model.objects.filter(initiative=OuterRef("pk"), source="fqis")
        totaux = fonds.order_by().values("initiative").annotate(total=Sum("montant")).values("total")
        return self.annotate(montant_demande=Subquery(totaux, output_field=MontantField()))

    def en_chiffres(self):
        """Leur nombre, ce qu'elles demandent en tout (`avec_demande`), et combien s'étudient encore."""
        a_l_etude = Count("pk", filter=Q(etat__in=A_L_ETUDE))
        demande = somme(DEMANDE_RETENUE)
        return self.order_by().aggregate(nombre=Count("*"), demande=demande, a_l_etude=a_l_etude)

    def sans_reponse(self):
        """Décidées, et leur organisme ne le sait pas encore."""
        return self.filter(etat__in=DECIDEES).exclude(etat_annonce=F("etat"))

    def repondues(self):
        return self.filter(etat_annonce__in=REPONDUES)


def _suivies(utilisateur, chemin):
    """Celles que son rôle, à la Table ou à l'État, lui donne à suivre."""
    deposees = Q(**{f"{chemin}deposee_le__isnull": False})
    inscrites = ~Q(**{f"{chemin}mode_reception": ""})
    return vues_selon(
        utilisateur, f"{chemin}alliance", (DE_LA_TABLE, deposees | inscrites), (DE_L_ETAT, deposees)
    )


class Initiative(ContenuDeDemande, GestesDeDemande, RelectureDeDemande, RecueAutrement, DossierConfie):
    """Une initiative d'un organisme, entrée par un appel. Elle peut puiser à plusieurs enveloppes (`Affectation`).

    `numero` naît au dépôt. `palier` se calcule des territoires; `palier_motif` n'est rempli que si on l'a fixé
    autrement. `revision` avance à chaque enregistrement d'une partie.
    """

    GENRE = "initiative"
    Etat = Etat
    Palier = Palier

    alliance = models.ForeignKey(Alliance, models.PROTECT, verbose_name="alliance", related_name="+")
    appel = models.ForeignKey(AppelProjets, models.PROTECT, verbose_name="appel", related_name="initiatives")
    organisme = models.ForeignKey(
        Organisme, models.PROTECT, verbose_name="organisme porteur", related_name="+"
    )
    numero = models.CharField("numéro", max_length=40, blank=True, editable=False)
    etat = models.CharField("état", max_length=15, choices=Etat.choices, default=Etat.BROUILLON)
    etat_annonce = models.CharField(
        "état annoncé à l’organisme",
        max_length=15,
        choices=Etat.choices,
        default=Etat.BROUILLON,
        editable=False,
    )
    territoires = models.ManyToManyField(Territoire, verbose_name="territoires", related_name="+", blank=True)
    palier = models.CharField("palier", max_length=10, choices=Palier.choices, blank=True)
    palier_motif = models.TextField("motif du palier choisi autrement", max_length=600, blank=True)
    palier_raison = models.TextField("raison du palier", blank=True, editable=False)
    circuit = models.CharField("circuit suivi", max_length=100, blank=True, editable=False)
    circuit_raison = models.TextField("raison du circuit", blank=True, editable=False)
    priorites = models.ManyToManyField(
        Priorite, verbose_name="priorités du plan servies", related_name="+", blank=True
    )
    est_une_intention = models.BooleanField("intention seulement", default=False, editable=False)
    reprise_de = models.ForeignKey(
        "self", models.PROTECT, verbose_name="reprise de", null=True, related_name="+", editable=False
    )
    montants_fictifs = models.BooleanField("montants fictifs", default=False, editable=False)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)

    commencee_le = models.DateTimeField("commencée le", editable=False)
    commencee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="commencée par",
        related_name="+",
        editable=False,
    )
    deposee_le = models.DateTimeField("déposée le", null=True, editable=False)
    deposee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="déposée par",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    retiree_le = models.DateTimeField("retirée le", null=True, editable=False)
    retiree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="retirée par",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    retrait_motif = models.TextField("motif du retrait", blank=True, max_length=2000)

    jugee_le = models.DateTimeField("jugée le", null=True, editable=False)
    jugee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="jugée par",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    reservee_jusqu_au = models.DateField(
        "argent réservé jusqu’au",
        null=True,
        editable=False,
        help_text="Vide, la somme d’une initiative acceptée reste réservée.",
    )

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["-deposee_le", "-pk"]
        constraints = [
            *CONTRAINTES,
            models.CheckConstraint(
                name="initiative_reservee_si_acceptee",
                condition=Q(reservee_jusqu_au__isnull=True) | Q(etat="acceptee"),
                violation_error_message="Seule une initiative acceptée garde une réservation.",
            ),
            models.UniqueConstraint(
                fields=["numero"], condition=~Q(numero=""), name="initiative_numero_unique"
            ),
            models.CheckConstraint(
                name="initiative_deposee_datee",
                condition=Q(
                    etat__in=("brouillon", "retiree"), deposee_le=None, deposee_par=None, numero=""
                )  # abandonné, un brouillon est retiré sans avoir été déposé
                | (
                    ~Q(etat="brouillon")
                    & Q(deposee_le__isnull=False, deposee_par__isnull=False)
                    & ~Q(numero="")
                ),
                violation_error_message="Une demande déposée a son numéro, sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="initiative_retiree_datee",
                condition=Q(etat="retiree", retiree_le__isnull=False, retiree_par__isnull=False)
                | (
                    ~Q(etat="retiree")
                    & Q(retiree_le__isnull=True, retiree_par__isnull=True, retrait_motif="")
                ),
                violation_error_message="Une demande retirée a sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="initiative_jugee_datee",
                condition=Q(etat__in=("brouillon", "deposee", "retiree"), jugee_le=None, jugee_par=None)
                | (
                    ~Q(etat__in=("brouillon", "deposee", "retiree"))
                    & Q(jugee_le__isnull=False, jugee_par__isnull=False)
                ),
                violation_error_message="L’admissibilité jugée a sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="initiative_decidee_avant_d_etre_annoncee",
                condition=Q(etat__in=("acceptee", "refusee", "en_attente")) | Q(etat_annonce=F("etat")),
                violation_error_message="Seule une décision attend d’être annoncée.",
            ),
            models.CheckConstraint(
                name="initiative_debut_avant_fin",
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(debut__lte=F("fin")),
                violation_error_message="La fin de l’initiative suit son début.",
            ),
        ]

    def __str__(self):
        return self.titre or f"Demande sans titre, {self.organisme}"

    def save(self, *args, **options):
        """Tout s'annonce aussitôt, sauf une décision : elle attend sa réponse (`reponses`)."""
        if self.etat not in DECIDEES:
            self.etat_annonce = self.etat
        super().save(*args, **options)

    def etat_pour_qui_la_lit(self):
        """`avec_etat_lu`, d'une seule que l'on a lue `avec_etude_suivie`."""
        return self.etat if self.suivie else self.etat_annonce

    def se_lit_une_fois(self, annoncee=REPONDUES):
        """`condition_une_fois_repondue`, de même."""
        return self.suivie or self.etat_annonce in annoncee

    def hors_du_cycle(self, **jours):
        """{champ: phrase} des jours où une initiative de cette Alliance ne peut pas se réaliser."""
        return hors_de_la_realisation(self.alliance.cycle, jours)

    @property
    def exercices(self):
        """Ceux que touchent ses dates, dans l'ordre; vide tant qu'elles manquent."""
        return Exercice.entre(self.debut, self.fin) if self.debut and self.fin else []

    def analystes(self):
        """À qui le dossier se confie : la coordination, ou la ressource d'un territoire."""
        return personnes_concernees(self.alliance, RESPONSABLES)

    def empechements_a_confier(self, personne=None):
        """Tant que le dossier s'étudie, à qui peut l'étudier."""
        if self.etat not in A_L_ETUDE:
            return ["Le dossier n’est pas à l’étude\xa0: il ne se confie pas."]
        return super().empechements_a_confier(personne)

    def verrouiller(self):
        """Cette initiative, relue sous verrou."""
        relations = ("alliance", "appel__alliance", "organisme")
        return type(self).objects.select_for_update(of=("self",)).select_related(*relations).get(pk=self.pk)

    def verrouiller_avec_l_appel(self):
        """L'appel d'abord, toujours : ce qui change son état et ce qui change ses demandes s'attendent."""
        self.appel.verrouiller()
        return self.verrouiller()

    def noter(self, geste, *, par, **champs):
        return JournalProjets.noter(self, geste, par=par, **champs)


class PartieDemande(models.Model):
    """L'avancement d'une partie : sa révision, si elle est terminée, qui l'a enregistrée et quand."""

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name="initiative", related_name="parties"
    )
    code = models.CharField("partie", max_length=15)
    terminee = models.BooleanField("terminée", default=False)
    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    modifiee_le = models.DateTimeField("modifiée le", null=True, editable=False)
    modifiee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="modifiée par",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = "partie d’une demande"
        verbose_name_plural = "parties d’une demande"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["initiative", "code"], name="partie_demande_unique")]

    def __str__(self):
        return self.code
