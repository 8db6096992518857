"""La dérogation : permettre un versement malgré une obligation en retard. Elle se voit de tous."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from conventions.models.conventions import Convention
from conventions.models.gardiens import DEROGATION_D_UNE_AUTRE
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.valeurs.empreintes import empreinte


class DerogationQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "echeance__convention__"))

    def en_vigueur(self):
        return self.filter(revoquee_le__isnull=True)


class Derogation(models.Model):
    """Un motif, une personne, une date, pour un seul versement. Elle ne dispense jamais de la signature.

    La personne qui l'accorde ne recommande, n'autorise ni ne confirme ce versement.
    """

    declencheurs = (DEROGATION_D_UNE_AUTRE,)

    echeance = models.ForeignKey(
        "conventions.EcheanceVersement",
        models.PROTECT,
        verbose_name="échéance",
        related_name="derogations",
    )
    motif = models.TextField("motif", max_length=2000)
    accordee_le = models.DateTimeField("accordée le")
    accordee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="accordée par", related_name="+"
    )
    employee_le = models.DateTimeField(
        "employée le",
        null=True,
        blank=True,
        help_text="Premier versement qui n’aurait pas été permis sans elle.",
    )
    revoquee_le = models.DateTimeField("révoquée le", null=True, blank=True)
    revoquee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="révoquée par", null=True, related_name="+"
    )

    objects = DerogationQuerySet.as_manager()

    class Meta:
        verbose_name = "dérogation"
        ordering = ["-accordee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["echeance"],
                condition=Q(revoquee_le__isnull=True),
                name="derogation_une_seule_en_vigueur",
                violation_error_message="Ce versement a déjà une dérogation.",
            ),
            models.CheckConstraint(
                name="derogation_motivee",
                condition=~Q(motif=""),
                violation_error_message="Une dérogation a un motif.",
            ),
            models.CheckConstraint(
                name="derogation_revocation_complete",
                condition=Q(revoquee_le__isnull=True, revoquee_par__isnull=True)
                | Q(revoquee_le__isnull=False, revoquee_par__isnull=False, employee_le__isnull=True),
                violation_error_message="Une dérogation se révoque avant d’être employée, avec sa date et sa personne.",
            ),
        ]

    def __str__(self):
        return f"Dérogation – {self.echeance}"

    @classmethod
    @transaction.atomic
    def accorder(cls, echeance, *, par, motif, revision=None, le=None):
        """Permet ce versement malgré les obligations en retard. Lève `TransitionInterdite`.

        `revision` : l'empreinte des retards que la page montrait.
        """
        echeance = echeance.verrouiller()
        empechements = echeance.empechements_a_deroger_par(par)
        if not motif.strip():
            empechements.append("Écrivez le motif de la dérogation.")
        if empechements:
            raise TransitionInterdite(empechements)
        if revision and revision != empreinte(echeance.retards()):
            raise VersionPerimee("Ce qui est en retard a changé depuis que la page est ouverte.")
        le = le or timezone.now()
        derogation = cls.objects.create(
            echeance=echeance, motif=motif.strip(), accordee_le=le, accordee_par=par
        )
        echeance.noter("deroger", par=par, le=le, motif=derogation.motif)
        return derogation

    def empechements_a_revoquer(self):
        if self.revoquee_le:
            return ["Cette dérogation est déjà révoquée."]
        if self.employee_le:
            return ["Cette dérogation a servi à un versement : elle ne se révoque plus."]
        return []

    @transaction.atomic
    def revoquer(self, *, par, le=None):
        """Retire la permission, tant qu'aucun versement ne s'en est servi."""
        echeance = self.echeance.verrouiller()
        derogation = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        if empechements := derogation.empechements_a_revoquer():
            raise TransitionInterdite(empechements)
        derogation.revoquee_le, derogation.revoquee_par = le or timezone.now(), par
        derogation.save(update_fields=["revoquee_le", "revoquee_par"])
        echeance.noter("revoquer-derogation", par=par, le=derogation.revoquee_le)
        return derogation

    def employer(self, le):
        """Note, la première fois, qu'un versement s'est fait grâce à elle."""
        if self.employee_le is None:
            self.employee_le = le
            self.save(update_fields=["employee_le"])
