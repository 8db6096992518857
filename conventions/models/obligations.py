"""Ce qui est dû à la ou au ministre, et quand. Les lignes naissent à la signature; un avenant les recalcule."""

from dataclasses import asdict
from functools import cache

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from alliances.plans.models import Instantane, PlanAction
from conventions.models.conventions import Convention
from conventions.models.receptions import GestesDeReception
from conventions.regles import obligations as regles
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite
from socle.texte.typographie import date_longue
from socle.valeurs.delais import PASSEE, est_passee
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui, jour_de


@cache
def _depots():
    return Instantane.objects.filter(
        version__plan__alliance=OuterRef("convention__alliance"),
        circonstance="depot",
        version__deposee_le__isnull=False,  # un dépôt retiré ne compte pas
    ).order_by("le")


@cache
def _depot_du_plan():
    return Case(When(nature="plan", then=Subquery(_depots().values("le")[:1])))


@cache
def dues():
    """La condition de celles qui restent à rendre."""
    return Q(~Q(Exists(_depots()), nature="plan"), annulee_le=None, recue_le=None)


def passees(jour=None):
    """La condition « son échéance est passée », la même que `est_passee`."""
    return Q(**{f"echeance__{PASSEE}": jour or aujourd_hui()})


class ObligationQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))

    def avec_plan(self):
        """Ajoute `plan_depose_le` : l'obligation « plan » se lit du plan lui-même."""
        return self.annotate(plan_depose_le=_depot_du_plan())

    def avec_prolongation(self):
        """Ajoute `prolongee_au` : la plus tardive des dates accordées."""
        return self.annotate(prolongee_au=Max("prolongations__nouvelle"))

    def en_cours(self):
        """Celles qu'aucun avenant n'a annulées."""
        return self.filter(annulee_le__isnull=True)

    def dues(self):
        """Ni reçues ni annulées; un plan déposé n'est plus dû. Le retard se juge à la réception."""
        return self.avec_plan().filter(dues())

    def recues(self):
        return self.avec_plan().filter(Q(recue_le__isnull=False) | Q(plan_depose_le__isnull=False))

    def dues_en_bloc(self):
        """Les mêmes, sans ce qui se lit du plan : pour les changer d'une seule requête."""
        return self.model.objects.filter(pk__in=[obligation.pk for obligation in self.dues()])

    def a_accepter(self):
        return self.en_cours().filter(recue_le__isnull=False, acceptee_le__isnull=True)

    def dues_ou_acceptes(self):
        """Ce qui, une fois en retard, arrête un versement, et les rapports acceptés, qui le libèrent."""
        return self.filter(dues() | Q(nature__in=CONDITIONS, acceptee_le__isnull=False))

    def en_retard(self):
        return self.dues().filter(passees())

    def levees_par(self, personne):
        """Celles dont la personne a levé seule le retard : repoussées une fois passées, ou reçues, pas acceptées."""
        apres = {"prolongations__prolongee_le__date__gt": F("prolongations__ancienne")}
        repoussees = Q(recue_le=None, prolongations__prolongee_par=personne, **apres)
        recues = Q(recue_par=personne, acceptee_le=None) & passees()
        return self.en_cours().filter(repoussees | recues).distinct()

    def a_recalculer(self):
        """Ce qu'un recalcul suit, en une requête."""
        return self.en_cours().avec_plan().avec_prolongation().order_by("echeance", "nature", "an")


PROLONGATION_AU_PLUS = 12  # mois après la fin de la convention, ou après aujourd'hui

# Ce qu'un rapport accepté libère, selon sa nature.
CONDITIONS = {"rapport_annuel": "rapport_accepte", "rapport_final": "rapport_final"}


class Obligation(GestesDeReception, models.Model):
    """Un livrable et sa date : plan, rapport annuel, bilan, rapport final, états financiers.

    Ce qui en est reçu, puis accepté, est dans `receptions`.
    """

    class Nature(models.TextChoices):
        PLAN = "plan", "Plan d’action régional concerté"
        RAPPORT_ANNUEL = "rapport_annuel", "Rapport annuel"
        ETATS_FINANCIERS = "etats_financiers", "États financiers"
        BILAN = "bilan", "Bilan pluriannuel"
        RAPPORT_FINAL = "rapport_final", "Rapport final"

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="obligations"
    )
    nature = models.CharField("nature", max_length=20, choices=Nature.choices)
    an = models.PositiveSmallIntegerField(
        "exercice",
        null=True,
        blank=True,
        help_text="L’an de son 1er avril; vide pour tout le cycle.",
    )
    precision = models.CharField(
        "précision", max_length=200, blank=True, help_text="Par exemple : mission d’audit."
    )
    echeance = models.DateField("échéance")
    recue_le = models.DateField("reçue le", null=True, blank=True)
    recue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="réception inscrite par",
        null=True,
        blank=True,
        related_name="+",
    )
    reference = models.CharField(
        "référence", max_length=120, blank=True, help_text="Où se trouve ce qui a été reçu."
    )
    acceptee_le = models.DateField("acceptée le", null=True, blank=True)
    acceptee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="acceptée par",
        null=True,
        blank=True,
        related_name="+",
    )
    annulee_le = models.DateField(
        "annulée le", null=True, blank=True, help_text="Par un avenant ou une résiliation."
    )

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ["convention", "echeance", "nature", "an"]
        constraints = [
            models.UniqueConstraint(
                "convention",
                "nature",
                Coalesce("an", Value(0)),
                condition=Q(annulee_le__isnull=True),
                name="obligation_unique",
                violation_error_message="Cette obligation existe déjà.",
            ),
            models.CheckConstraint(
                name="obligation_recue_ou_annulee",
                condition=Q(recue_le__isnull=True) | Q(annulee_le__isnull=True),
                violation_error_message="Une obligation dont le document est reçu ne s’annule pas.",
            ),
            models.CheckConstraint(
                name="obligation_recue_par_quelqu_un",
                condition=Q(recue_le__isnull=True, recue_par__isnull=True)
                | Q(recue_le__isnull=False, recue_par__isnull=False),
                violation_error_message="Une réception a sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="obligation_acceptee_par_quelqu_un",
                condition=Q(acceptee_le__isnull=True, acceptee_par__isnull=True)
                | Q(acceptee_le__isnull=False, acceptee_par__isnull=False),
                violation_error_message="Une acceptation a sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="obligation_acceptee_apres_reception",
                condition=Q(acceptee_le__isnull=True)
                | Q(recue_le__isnull=False, recue_le__lte=F("acceptee_le")),
                violation_error_message="Une obligation s’accepte une fois son document reçu.",
            ),
            models.CheckConstraint(
                name="obligation_recue_et_acceptee_par_deux_personnes",
                condition=Q(acceptee_par__isnull=True) | ~Q(acceptee_par=F("recue_par")),
                violation_error_message="La personne qui inscrit la réception n’accepte pas.",
            ),
            models.CheckConstraint(
                name="obligation_plan_lue_du_plan",
                condition=~Q(nature="plan") | Q(recue_le__isnull=True),
                violation_error_message="Le dépôt du plan se lit du plan lui-même.",
            ),
        ]

    def __str__(self):
        """« Rapport annuel 2025-2026 »."""
        return f"{self.get_nature_display()} {self.exercice}" if self.an else self.get_nature_display()

    @property
    def exercice(self):
        return Exercice(self.an) if self.an else None

    @property
    def cle(self):
        """Ce qui la désigne dans sa convention, comme `regles.Prevue.cle`."""
        return self.nature, self.an

    @property
    def faite_le(self):
        """Le jour de la réception, ou `None`; lit le plan, à charger d'avance par `avec_plan`."""
        if self.nature != self.Nature.PLAN:
            return self.recue_le
        if not hasattr(self, "plan_depose_le"):
            self.plan_depose_le = type(self).objects.avec_plan().get(pk=self.pk).plan_depose_le
        return jour_de(self.plan_depose_le) if self.plan_depose_le else None

    @property
    def est_due(self):
        return not self.annulee_le and not self.faite_le

    @property
    def est_passee(self):
        return est_passee(self.echeance, aujourd_hui())

    @property
    def est_en_retard(self):
        return self.est_due and self.est_passee

    @property
    def condition(self):
        """La condition des versements que son acceptation libère, ou `None`."""
        return CONDITIONS.get(self.nature)

    @property
    def est_un_rapport_accepte(self):
        return self.condition is not None and self.acceptee_le is not None

    @property
    def est_tardive(self):
        """Reçue, mais après son échéance."""
        return bool(self.faite_le and self.faite_le > self.echeance)

    @classmethod
    def generer(cls, convention, *, par):
        """Les obligations d'une convention qui entre en vigueur, et l'échéance du plan qui en découle."""
        cls.objects.bulk_create(cls._neuve(convention, prevue) for prevue in cls._prevoir(convention))
        cls._dire_l_echeance_au_plan(convention, par=par)

    @classmethod
    @transaction.atomic
    def recalculer(cls, convention, *, par, motif=""):
        """Après un avenant : annule ce qui n'est plus dû, déplace ce qui a changé, ajoute ce qui manque.

        Ce qui est reçu ne bouge pas; une prolongation accordée tient si elle est plus tardive.
        """
        convention = convention.verrouiller()
        avant, apres = {}, {}
        for suite in regles.suites(cls._prevoir(convention), convention.obligations.a_recalculer()):
            if obligation := suite.actuelle:
                dite = str(obligation.echeance)
                if obligation._suivre(suite):
                    avant[str(obligation)] = dite
                    apres[str(obligation)] = "annulée" if suite.prevue is None else str(obligation.echeance)
            else:
                nouvelle = cls._neuve(convention, suite.prevue)
                nouvelle.save()
                apres[str(nouvelle)] = str(nouvelle.echeance)
        if apres:
            convention.noter("recalculer-obligations", par=par, motif=motif, avant=avant, apres=apres)
        cls._dire_l_echeance_au_plan(convention, par=par)

    @classmethod
    def mises_en_retard(cls, convention, exercices, jour):
        """Celles que recalculer d'après ces termes mettrait en retard ce jour-là; rien ne s'écrit."""
        prevues = regles.prevoir(convention, exercices)
        retards = [
            cls(nature=suite.prevue.nature, an=suite.prevue.an, echeance=suite.echeance)
            for suite in regles.suites(prevues, convention.obligations.a_recalculer())
            if suite.met_en_retard(jour)
        ]
        return sorted(retards, key=lambda retard: retard.echeance)

    @classmethod
    def _prevoir(cls, convention):
        """Ce que les règles prévoient pour la convention telle qu'enregistrée."""
        return regles.prevoir(convention, convention.exercices.order_by("an").values_list("an", "montant"))

    @classmethod
    def _neuve(cls, convention, prevue):
        return cls(convention=convention, **asdict(prevue))

    def _suivre(self, suite):
        """Aligne la ligne sur ce qui est prévu, ou l'annule si plus rien ne l'est; dit si elle a bougé."""
        if suite.prevue is None:
            self.annulee_le = aujourd_hui()
            self.save(update_fields=["annulee_le"])
            return True
        actuel = self.echeance, self.precision
        self.echeance, self.precision = suite.echeance, suite.prevue.precision
        self.save(update_fields=["echeance", "precision"])
        return actuel != (self.echeance, self.precision)

    @classmethod
    def _dire_l_echeance_au_plan(cls, convention, *, par):
        due = convention.obligations.en_cours().get(nature=cls.Nature.PLAN)
        PlanAction.fixer_echeance_pour(convention.alliance, due.echeance, par=par)

    def verrouiller(self):
        """Relit la ligne sous verrou; sa convention est verrouillée d'abord, dans l'ordre de tous les gestes."""
        convention = self.convention.verrouiller()
        obligation = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        obligation.convention = convention
        return obligation

    def empechements_a_prolonger(self):
        if self.convention.etat != Convention.Etat.SIGNEE:
            return ["La convention n’est plus en vigueur."]
        if self.faite_le:
            return [f"Le document est reçu depuis le {date_longue(self.faite_le)}."]
        return self.empechements_de_suivi()

    def empechements_de_prolongation(self, jour):
        """Une prolongation repousse l'échéance, et laisse du temps."""
        if jour <= self.echeance:
            return [f"La nouvelle échéance doit suivre l’actuelle, le {date_longue(self.echeance)}."]
        if jour < aujourd_hui():
            return ["La nouvelle échéance ne peut pas être déjà passée."]
        limite = regles.plus_mois(max(self.convention.fin, aujourd_hui()), PROLONGATION_AU_PLUS)
        if jour > limite:
            return [
                f"La nouvelle échéance ne peut pas dépasser le {date_longue(limite)}\u00a0: vérifiez la date."
            ]
        return []

    def prolonger(self, *, par, nouvelle, motif, le=None):
        """Repousse l'échéance, avec un motif; l'ancienne date se garde. Celle du plan suit au plan."""
        with transaction.atomic():
            obligation = self.verrouiller()
            empechements = obligation.empechements_a_prolonger()
            empechements = empechements or obligation.empechements_de_prolongation(nouvelle)
            if not motif.strip():
                empechements.append("Dites pourquoi l’échéance est repoussée.")
            if empechements:
                raise TransitionInterdite(empechements)
            ancienne, obligation.echeance = obligation.echeance, nouvelle
            obligation.save(update_fields=["echeance"])
            obligation.prolongations.create(
                ancienne=ancienne,
                nouvelle=nouvelle,
                motif=motif.strip(),
                prolongee_le=le or timezone.now(),
                prolongee_par=par,
            )
            obligation.convention.noter(
                "prolonger",
                par=par,
                le=le,
                objet=obligation,
                motif=motif.strip(),
                avant={"échéance": ancienne.isoformat()},
                apres={"échéance": nouvelle.isoformat()},
            )
            if obligation.nature == self.Nature.PLAN:
                self._dire_l_echeance_au_plan(obligation.convention, par=par)
        return obligation
