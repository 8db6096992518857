"""L'examen d'une version : observations, demandes de correction, lectures."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.text import Truncator

from alliances.models.changements import repere
from alliances.models.mandats import DE_L_ETAT, DE_LA_REGION, vues_selon
from alliances.plans.models.instantanes import Instantane
from alliances.plans.models.journal import JournalPlan
from alliances.plans.models.plans import MEMBRES, PlanAction
from alliances.plans.models.versions import VUES_DE_L_ETAT, VersionPlan
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models.observations import Observation, Visibilite


class Cible(models.Model):
    """Abstraite : ce que vise une remarque, désigné comme l'ancre d'un constat (`regles.Ancre`)."""

    class Objet(models.TextChoices):
        SECTION = "section", "Section"
        PRIORITE = "priorite", "Priorité"
        OBJECTIF = "objectif", "Objectif"
        MOYEN = "moyen", "Moyen"
        INDICATEUR = "indicateur", "Indicateur"

    cible_objet = models.CharField("objet visé", max_length=10, choices=Objet.choices)
    cible_cle = models.CharField("clé visée", max_length=36)

    class Meta:
        abstract = True

    @property
    def ancre(self):
        return (self.cible_objet, self.cible_cle)


class DemandeCorrectionQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """L'État voit toutes les demandes; l'Alliance, celles qui lui ont été envoyées."""
        volets = (DE_L_ETAT, Q()), (MEMBRES, Q(envoyee_le__isnull=False))
        return self.filter(vues_selon(utilisateur, "version__plan__alliance", *volets))

    def a_envoyer(self):
        return self.filter(envoyee_le=None, revoquee_le=None)

    def envoyees(self):
        return self.filter(envoyee_le__isnull=False, revoquee_le=None)

    def ouvertes(self):
        """Envoyées à la Table et pas encore marquées comme faites."""
        return self.envoyees().filter(traitee_le=None)

    def visant(self, version, *ancres):
        """Les demandes du dernier retour qui visent l'une de ces ancres."""
        condition = Q(pk__in=[])
        for objet, cle in ancres:
            condition |= Q(cible_objet=objet, cible_cle=str(cle))
        return self.envoyees().filter(condition, version=version, tour=version.tour)

    def avec_camp(self):
        """Ajoute à celles du dernier retour la qualité de qui l'a fait, pour que `camp` nomme son côté."""
        retours = JournalPlan.objects.filter(version=OuterRef("version"), geste="retourner")
        return self.annotate(role_du_retour=Subquery(retours.order_by("-pk").values("role")[:1]))


class DemandeCorrection(Cible):
    """Une correction demandée à la Table : où, pourquoi, quoi. Elle part avec le retour du plan."""

    class Raison(models.TextChoices):
        INCORRECT = "incorrect", "Incorrect"
        INCOMPLET = "incomplet", "Incomplet"
        A_METTRE_A_JOUR = "a_mettre_a_jour", "À mettre à jour"

    version = models.ForeignKey(VersionPlan, models.PROTECT, verbose_name="version", related_name="demandes")
    raison = models.CharField("raison", max_length=16, choices=Raison.choices)
    texte = models.TextField("ce qu’il faut corriger", max_length=3000)
    tour = models.PositiveSmallIntegerField("retour numéro", default=0, editable=False)
    demandee_le = models.DateTimeField("demandée le", default=timezone.now, editable=False)
    demandee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="demandée par", related_name="+"
    )
    envoyee_le = models.DateTimeField("envoyée le", null=True, editable=False)
    traitee_le = models.DateTimeField("traitée le", null=True, editable=False)
    traitee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="traitée par",
        null=True,
        editable=False,
        related_name="+",
    )
    reponse = models.TextField("réponse de la Table", blank=True, max_length=3000)
    revoquee_le = models.DateTimeField("révoquée le", null=True, editable=False)
    revoquee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="révoquée par",
        null=True,
        editable=False,
        related_name="+",
    )

    objects = DemandeCorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de correction"
        verbose_name_plural = "demandes de correction"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="demande_traitee_complete",
                condition=Q(traitee_le__isnull=True, traitee_par__isnull=True)
                | Q(traitee_le__isnull=False, traitee_par__isnull=False, envoyee_le__isnull=False),
                violation_error_message="Une demande traitée a été envoyée; elle a une date et une personne.",
            ),
            models.CheckConstraint(
                name="demande_revoquee_complete",
                condition=Q(revoquee_le__isnull=True, revoquee_par__isnull=True)
                | Q(revoquee_le__isnull=False, revoquee_par__isnull=False),
                violation_error_message="Une demande révoquée a une date et une personne.",
            ),
        ]

    def __str__(self):
        return f"{self.get_raison_display()} : {Truncator(self.texte).chars(60)}"

    @property
    def est_ouverte(self):
        return self.envoyee_le is not None and self.traitee_le is None and self.revoquee_le is None

    @property
    def camp(self):
        """« Services Québec » ou « Le Ministère » : le côté qui a envoyé la demande (voir `avec_camp`)."""
        return "Services Québec" if self.role_du_retour in DE_LA_REGION else "Le Ministère"

    @property
    def est_du_dernier_retour(self):
        """La Table peut encore y répondre : la version est à corriger, et c'est ce retour qui l'a demandée."""
        return (
            self.envoyee_le is not None
            and self.version.etat == VersionPlan.Etat.A_CORRIGER
            and self.tour == self.version.tour
        )

    @classmethod
    @transaction.atomic
    def demander(cls, version, *, par, cible, raison, texte):
        """Prépare une demande; la Table ne la voit qu'au retour. `cible` : (objet, clé)."""
        if empechements := version.verrouiller().empechements_a_examiner():
            raise TransitionInterdite(empechements)
        version.commencer_examen(par=par)
        objet, cle = cible
        return cls.objects.create(
            version=version, cible_objet=objet, cible_cle=cle, raison=raison, texte=texte, demandee_par=par
        )

    def empechements_a_reformuler(self):
        if self.envoyee_le or self.revoquee_le:
            return ["Cette demande est partie ou révoquée\u00a0: elle ne se récrit plus."]
        return self.version.empechements_a_examiner()

    @transaction.atomic
    def reformuler(self, *, par, cible, raison, texte, vu=None):
        """Change une demande qui n'est pas encore partie; elle devient celle de la personne qui l'écrit.

        `vu` : le repère de ce que la personne avait sous les yeux; périmé, rien ne s'écrit.
        """
        demande = self._verrouillee()
        if empechements := demande.empechements_a_reformuler():
            raise TransitionInterdite(empechements)
        if vu is not None and vu != repere(demande):
            raise VersionPerimee("Quelqu’un a récrit cette demande depuis que la page est ouverte.")
        demande.cible_objet, demande.cible_cle = cible
        demande.raison, demande.texte, demande.demandee_par = raison, texte, par
        demande.save()
        return demande

    @transaction.atomic
    def traiter(self, *, par, reponse="", vue=None, le=None):
        """La Table marque la correction comme faite, avec une réponse facultative.

        `vue` : la réponse que la personne avait sous les yeux. Une autre a déjà répondu : la sienne reste.
        """
        demande = self._verrouillee()
        if not demande.est_du_dernier_retour:
            raise TransitionInterdite("Cette correction ne se marque qu’après le retour du plan.")
        if demande.revoquee_le:
            raise TransitionInterdite("Cette demande a été révoquée.")
        if vue is not None and demande.traitee_le and demande.reponse not in (reponse, vue):
            raise VersionPerimee(
                f"{demande.traitee_par} a déjà répondu à cette correction\u00a0: «\u00a0{demande.reponse}\u00a0». "
                f"Votre réponse n’a pas remplacé la sienne\u00a0: «\u00a0{reponse}\u00a0»."
            )
        if demande.traitee_le is None or demande.reponse != reponse:
            demande.traitee_le, demande.traitee_par, demande.reponse = le or timezone.now(), par, reponse
            demande.save()
            demande.version.noter(
                "traiter-correction",
                par=par,
                le=le,
                objet=demande,
                apres={"reponse": reponse} if reponse else {},
                public=True,
            )
        return demande

    @transaction.atomic
    def garder_ebauche(self, reponse):
        """Garde une réponse inachevée, que l'État ne lit pas; sans effet si la correction est faite ou révoquée."""
        demande = self._verrouillee()
        if demande.est_du_dernier_retour and demande.est_ouverte and demande.reponse != reponse:
            demande.reponse = reponse
            demande.save(update_fields=["reponse"])

    @transaction.atomic
    def reprendre(self, *, par):
        """La Table revient sur une correction marquée trop vite."""
        demande = self._verrouillee()
        if not demande.est_du_dernier_retour:
            raise TransitionInterdite("Le plan n’est plus à corriger.")
        if demande.traitee_le:
            demande.traitee_le = demande.traitee_par = None
            demande.save()
            demande.version.noter("reprendre-correction", par=par, objet=demande, public=True)
        return demande

    def empechements_a_revoquer(self):
        if self.envoyee_le and not self.est_du_dernier_retour:
            return ["Le plan n’est plus à corriger\u00a0: cette demande appartient à l’histoire."]
        return []

    @transaction.atomic
    def revoquer(self, *, par, le=None):
        """L'État retire sa demande; elle reste à l'histoire. Pas encore envoyée, la Table n'en sait rien."""
        demande = self._verrouillee()
        if empechements := demande.empechements_a_revoquer():
            raise TransitionInterdite(empechements)
        if demande.revoquee_le is None:
            demande.revoquee_le, demande.revoquee_par = le or timezone.now(), par
            demande.save()
            if demande.envoyee_le:
                demande.version.noter("revoquer-correction", par=par, le=le, objet=demande, public=True)
        return demande

    def _verrouillee(self):
        VersionPlan.objects.select_for_update(of=("self",)).get(pk=self.version_id)
        return type(self).objects.select_related("version__plan__alliance").get(pk=self.pk)


class ObservationPlanQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """L'État voit ce qu'il écrit et ce qui est partagé; l'Alliance, ce qui est partagé."""
        volets = (
            (DE_L_ETAT, Q(version__etat__in=VUES_DE_L_ETAT)),
            (MEMBRES, Q(visibilite=Visibilite.PARTAGEE)),
        )
        return self.filter(vues_selon(utilisateur, "version__plan__alliance", *volets))


class ObservationPlan(Observation, Cible):
    """Une observation sur une partie d'une version, partagée ou interne à l'administration."""

    version = models.ForeignKey(
        VersionPlan, models.PROTECT, verbose_name="version", related_name="observations"
    )

    objects = ObservationPlanQuerySet.as_manager()

    class Meta(Observation.Meta):
        verbose_name = "observation"

    def __str__(self):
        return super().__str__()

    @classmethod
    def ecrire(cls, version, *, par, cible, texte, visibilite=Visibilite.PARTAGEE):
        """Laisse un mot sur une partie de la version. `cible` : (objet, clé)."""
        objet, cle = cible
        return cls.objects.create(
            version=version,
            cible_objet=objet,
            cible_cle=cle,
            texte=texte,
            visibilite=visibilite,
            ecrite_par=par,
        )


class LectureSection(models.Model):
    """Jusqu'où une personne a lu : le dernier instantané lu pour une partie d'un plan."""

    plan = models.ForeignKey(PlanAction, models.CASCADE, verbose_name="plan", related_name="lectures")
    utilisateur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="personne", related_name="+"
    )
    code = models.CharField("partie", max_length=36, help_text="Code d’une section, ou clé d’une priorité.")
    instantane = models.ForeignKey(
        Instantane, models.PROTECT, verbose_name="version scellée", related_name="+"
    )
    lue_le = models.DateTimeField("lue le", default=timezone.now)

    class Meta:
        verbose_name = "lecture"
        constraints = [models.UniqueConstraint(fields=["plan", "utilisateur", "code"], name="lecture_unique")]

    def __str__(self):
        return f"{self.code} – {self.utilisateur}"

    @classmethod
    @transaction.atomic
    def marquer(cls, version, *codes, par):
        """Note que la personne a lu ces parties telles que déposées."""
        instantane = version.dernier_instantane("depot")
        for code in codes:
            cls.objects.update_or_create(
                plan=version.plan,
                utilisateur=par,
                code=code,
                defaults={"instantane": instantane, "lue_le": timezone.now()},
            )
