"""Les pièces jointes à une version du plan : résolution d'adoption, annexes."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from alliances.models.mandats import alliances_vues
from alliances.plans.models.elements import DELAI_D_ANNULATION
from alliances.plans.models.plans import MEMBRES
from alliances.plans.models.versions import VersionPlan
from socle.acces import RequeteProtegee
from socle.models.pieces import PieceRetirable

DEPOT = F("version__deposee_le")


class PiecePlanQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """L'Alliance voit tout; les autres, ce qui était joint au dernier dépôt, même retiré depuis."""
        versions = VersionPlan.objects.visibles_par(utilisateur).filter(pk=OuterRef("version"))
        membres = alliances_vues(utilisateur, MEMBRES, "version__plan__alliance")
        au_depot = Q(televersee_le__lte=DEPOT) & (Q(retiree_le=None) | Q(retiree_le__gt=DEPOT))
        de_la_decision = Q(usage="lettre")  # jointe après le dépôt, avec la décision
        return self.filter(Exists(versions), membres | au_depot | de_la_decision)

    def jointes(self):
        """Celles que l'Alliance n'a pas retirées."""
        return self.filter(retiree_le=None)

    def montrees(self):
        """Celles qui sont jointes, ou l'étaient encore au dernier dépôt."""
        return self.filter(Q(retiree_le=None) | Q(retiree_le__gt=DEPOT))

    def de_l_histoire(self):
        """Celles qui se montrent, et les résolutions des adoptions annulées."""
        return self.filter(Q(retiree_le=None) | Q(retiree_le__gt=DEPOT) | Q(usage="resolution"))

    def a_retablir(self):
        """Les annexes retirées depuis moins de trente jours, sans qu'un dépôt ait été fait sans elles."""
        return self.filter(
            Q(version__deposee_le=None) | Q(retiree_le__gt=DEPOT),
            usage="annexe",
            retiree_le__gt=timezone.now() - DELAI_D_ANNULATION,
        )


class PiecePlan(PieceRetirable):
    """Un fichier joint à une version. Retirée, une annexe garde sa ligne et son fichier : un dépôt la montrait.

    La résolution d'une adoption annulée est retirée, elle aussi; seule celle en vigueur reste jointe.
    """

    class Usage(models.TextChoices):
        RESOLUTION = "resolution", "Résolution d’adoption"
        ANNEXE = "annexe", "Annexe"
        LETTRE = "lettre", "Lettre de la ou du ministre"

    version = models.ForeignKey(VersionPlan, models.PROTECT, verbose_name="version", related_name="pieces")
    usage = models.CharField("usage", max_length=12, choices=Usage.choices, default=Usage.ANNEXE)
    reprise_de = models.CharField("reprise de", max_length=150, blank=True, editable=False)

    objects = PiecePlanQuerySet.as_manager()

    class Meta(PieceRetirable.Meta):
        verbose_name = "pièce du plan"
        verbose_name_plural = "pièces du plan"

    def copier_dans(self, version, *, reprise):
        """La même pièce dans une autre version : une autre ligne, le même fichier rangé, qu'aucune n'efface."""
        return type(self).objects.create(
            version=version,
            usage=self.usage,
            reprise_de=reprise,
            fichier=self.fichier.name,
            nom=self.nom,
            type_mime=self.type_mime,
            taille=self.taille,
            sha256=self.sha256,
            televersee_par=self.televersee_par,
            televersee_le=self.televersee_le,
        )
