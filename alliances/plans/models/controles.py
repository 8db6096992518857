"""La liste de contrôle : la réponse de l'analyste à chacun des quinze éléments, d'un dépôt à l'autre."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from alliances.plans.canevas import canevas
from alliances.plans.comparaison.elements import lu_pour
from alliances.plans.models.versions import VersionPlan
from socle.erreurs import TransitionInterdite, VersionPerimee


class ControleExamen(models.Model):
    """La réponse de l'analyste à un des quinze éléments du guide (§4.2), pour un dépôt donné."""

    class Resultat(models.TextChoices):
        CONFORME = "conforme", "Conforme"
        A_PRECISER = "a_preciser", "À préciser"
        ABSENT = "absent", "Absent"

    version = models.ForeignKey(VersionPlan, models.PROTECT, verbose_name="version", related_name="controles")
    tour = models.PositiveSmallIntegerField("dépôt numéro", editable=False)
    element = models.PositiveSmallIntegerField("élément")
    resultat = models.CharField("résultat", max_length=12, choices=Resultat.choices)
    note = models.CharField("note", max_length=500, blank=True)
    vu_au_depot = models.PositiveSmallIntegerField("vu au dépôt", null=True, editable=False)
    inscrit_le = models.DateTimeField("inscrit le", default=timezone.now, editable=False)
    inscrit_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="inscrit par", related_name="+"
    )

    class Meta:
        verbose_name = "contrôle d’examen"
        verbose_name_plural = "contrôles d’examen"
        ordering = ["version", "tour", "element"]
        constraints = [
            models.UniqueConstraint(fields=["version", "tour", "element"], name="controle_unique"),
            models.CheckConstraint(
                name="controle_element_du_guide",
                condition=Q(element__gte=1, element__lte=15),
                violation_error_message="Le guide compte quinze éléments.",
            ),
        ]

    def __str__(self):
        return f"Élément {self.element} : {self.get_resultat_display()}"

    @classmethod
    @transaction.atomic
    def remplir(cls, version, *, par, reponses):
        """Inscrit d'un coup plusieurs réponses, [(élément, résultat, note, vu)]; les rend.

        `vu` : le (résultat, note) que la page montrait. Un seul élément changé depuis, et rien ne s'écrit.
        """
        if empechements := version.verrouiller().empechements_a_examiner():
            raise TransitionInterdite(empechements)
        inscrits = cls.objects.filter(version=version, tour=version.tour)
        actuels = {c.element: (c.resultat, c.note) for c in inscrits}
        changes = [element for element, *_, vu in reponses if actuels.get(element, ("", "")) != vu]
        if changes:
            elements = ", ".join(map(str, changes))
            raise VersionPerimee(
                f"Quelqu’un a répondu autrement depuis que la page est ouverte (élément {elements})."
            )
        for element, resultat, note, _ in reponses:
            cls.inscrire(version, element, par=par, resultat=resultat, note=note)
        return reponses

    @classmethod
    @transaction.atomic
    def inscrire(cls, version, element, *, par, resultat, note=""):
        """Inscrit ou change la réponse à un élément pour le dépôt en cours. Interne : la Table ne la voit pas."""
        version = version.verrouiller()
        if empechements := version.empechements_a_examiner():
            raise TransitionInterdite(empechements)
        version.commencer_examen(par=par)
        controle, _ = cls.objects.update_or_create(
            version=version,
            tour=version.tour,
            element=element,
            defaults={
                "resultat": resultat,
                "note": note,
                "vu_au_depot": None,
                "inscrit_le": timezone.now(),
                "inscrit_par": par,
            },
        )
        return controle

    @classmethod
    def reporter(cls, version):
        """Au nouveau dépôt, reprend les réponses dont le texte n'a pas changé, marquées du dépôt où on les a vues."""
        depots = list(version.instantanes.filter(circonstance="depot").order_by("-pk")[:2])
        if len(depots) < 2:
            return
        apres, avant = (instantane.contenu for instantane in depots)
        elements = {e.numero: e for e in canevas(version.plan.alliance.cycle.code).elements}
        precedents = cls.objects.filter(version=version, tour=version.tour - 1)
        cls.objects.bulk_create(
            cls(
                version=version,
                tour=version.tour,
                element=controle.element,
                resultat=controle.resultat,
                note=controle.note,
                vu_au_depot=controle.vu_au_depot or controle.tour,
                inscrit_le=controle.inscrit_le,
                inscrit_par_id=controle.inscrit_par_id,
            )
            for controle in precedents
            if lu_pour(elements[controle.element], avant) == lu_pour(elements[controle.element], apres)
        )
