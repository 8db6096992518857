"""Les versements prévus du Ministère au partenaire. Le versement fait, lui, est au grand livre."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from conventions.models.conventions import Convention
from socle.acces import RequeteProtegee
from socle.argent import MontantField
from socle.exercice import Exercice


class EcheanceQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))


class EcheanceVersement(models.Model):
    """Un versement prévu : montant en dollars, exercice, condition qui le libère."""

    class Etat(models.TextChoices):
        PREVUE = "prevue", "Prévu"
        LIBEREE = "liberee", "Libéré"
        RECOMMANDEE = "recommandee", "Recommandé"
        AUTORISEE = "autorisee", "Autorisé"
        VERSEE = "versee", "Versé"
        SUSPENDUE = "suspendue", "Suspendu"
        ANNULEE = "annulee", "Annulé"

    class Condition(models.TextChoices):
        SIGNATURE = "signature", "Signature de la convention"
        PLAN_APPROUVE = "plan_approuve", "Plan d’action approuvé"
        RAPPORT_ACCEPTE = "rapport_accepte", "Rapport de l’exercice précédent accepté"
        RAPPORT_FINAL = "rapport_final", "Rapport final accepté"
        DATE = "date", "Date prévue"

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="echeances"
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    rang = models.PositiveSmallIntegerField("rang")
    montant = MontantField("montant")
    condition = models.CharField("condition", max_length=15, choices=Condition.choices)
    prevue_le = models.DateField("prévu le")
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.PREVUE)
    liberee_le = models.DateField("libéré le", null=True, blank=True)
    recommandee_le = models.DateTimeField("recommandé le", null=True, blank=True)
    recommandee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="recommandé par", null=True, related_name="+"
    )
    recommandation = models.TextField("note de recommandation", blank=True, max_length=2000)
    autorisee_le = models.DateTimeField("autorisé le", null=True, blank=True)
    autorisee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="autorisé par", null=True, related_name="+"
    )
    suspendue_depuis = models.CharField("état avant la suspension", max_length=12, blank=True)
    motif = models.TextField("motif de la suspension ou de l’annulation", blank=True, max_length=2000)

    objects = EcheanceQuerySet.as_manager()

    class Meta:
        verbose_name = "échéance de versement"
        verbose_name_plural = "échéances de versement"
        ordering = ["convention", "an", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "rang"], name="echeance_rang_unique"),
            models.CheckConstraint(
                name="echeance_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Un versement prévu est de plus de zéro dollar.",
            ),
        ]

    def __str__(self):
        return f"{self.rang}e versement, {self.exercice}"

    @property
    def exercice(self):
        return Exercice(self.an)
