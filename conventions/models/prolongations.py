"""Une échéance repoussée : l'ancienne date, la nouvelle, pourquoi et par qui. La ligne ne se réécrit ni ne s'efface."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from conventions.models.conventions import Convention
from conventions.models.obligations import Obligation
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE


class ProlongationQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "obligation__convention__"))


class Prolongation(models.Model):
    """Naît par `Obligation.prolonger`; la base refuse qu'on la modifie ou l'efface."""

    declencheurs = IMMUABLE

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, verbose_name="obligation", related_name="prolongations"
    )
    ancienne = models.DateField("ancienne échéance")
    nouvelle = models.DateField("nouvelle échéance")
    motif = models.TextField("motif", max_length=2000)
    prolongee_le = models.DateTimeField("prolongée le", editable=False)
    prolongee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="prolongée par", related_name="+"
    )

    objects = ProlongationQuerySet.as_manager()

    class Meta:
        ordering = ["obligation", "pk"]
        constraints = [
            models.CheckConstraint(
                name="prolongation_plus_tard",
                condition=Q(nouvelle__gt=F("ancienne")),
                violation_error_message="Une prolongation repousse l’échéance.",
            ),
            models.CheckConstraint(
                name="prolongation_motivee",
                condition=~Q(motif=""),
                violation_error_message="Une prolongation a un motif.",
            ),
        ]

    def __str__(self):
        return f"{self.obligation}, du {self.ancienne:%Y-%m-%d} au {self.nouvelle:%Y-%m-%d}"
