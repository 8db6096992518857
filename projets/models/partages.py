"""Ce qu'un appel partage de chaque enveloppe."""

from collections import defaultdict

from django.db import models
from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from conventions.models import Enveloppe
from projets.models.appels import AppelProjets
from projets.models.decisions import Affectation
from projets.models.initiatives import RENDUES
from socle.acces import RequeteProtegee
from socle.valeurs.argent import ZERO, MontantField


class EnveloppeAppelQuerySet(RequeteProtegee):
    def promis_hors_de(self, appel):
        """{clé d'enveloppe: dollars} que d'autres appels, publiés et pas encore décidés, n'ont pas fini d'accorder.

        Ce qu'ils ont accordé est déjà hors du disponible : le compter ici le compterait deux fois.
        """
        autres = self.filter(
            appel__alliance=appel.alliance_id, appel__etat__in=AppelProjets.EN_COURS
        ).exclude(appel=appel)
        promis = defaultdict(lambda: ZERO)
        for enveloppe, reste in autres.avec_reste().values_list("enveloppe", "reste"):
            promis[enveloppe] += max(reste, ZERO)
        return promis

    def avec_reste(self):
        """Annote `reste` : ce que l'appel n'a pas encore accordé de sa part; négatif s'il l'a dépassée."""
        accorde = Coalesce(self.accorde(OuterRef("appel"), OuterRef("enveloppe")), 0)
        return self.annotate(reste=ExpressionWrapper(F("montant") - accorde, MontantField(negatif=True)))

    @staticmethod
    def accorde(appel, enveloppe):
        """Ce que cet appel a accordé de cette enveloppe, et qui n'y est pas revenu; rien s'il n'en a rien accordé."""
        siennes = Affectation.objects.filter(initiative__appel=appel, enveloppe=enveloppe)
        gardees = siennes.exclude(initiative__etat__in=RENDUES).order_by().values("enveloppe")
        return Subquery(gardees.annotate(total=Sum("montant")).values("total"))


class EnveloppeAppel(models.Model):
    """Ce que l'appel partage d'une enveloppe, en dollars; plusieurs se mettent en commun."""

    appel = models.ForeignKey(AppelProjets, models.CASCADE, verbose_name="appel", related_name="enveloppes")
    enveloppe = models.ForeignKey(Enveloppe, models.PROTECT, verbose_name="enveloppe", related_name="+")
    montant = MontantField("montant")

    objects = EnveloppeAppelQuerySet.as_manager()

    class Meta:
        verbose_name = "enveloppe d’un appel"
        verbose_name_plural = "enveloppes d’un appel"
        ordering = ["enveloppe__an", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appel", "enveloppe"],
                name="appel_enveloppe_unique",
                violation_error_message="Cette enveloppe est déjà à l’appel.",
            ),
            models.CheckConstraint(
                name="appel_enveloppe_positive",
                condition=Q(montant__gt=0),
                violation_error_message="Le montant est de plus de zéro dollar.",
            ),
        ]

    def __str__(self):
        return str(self.enveloppe)
