"""Les pièces d'une convention : résolutions, exemplaires signés, preuves de versement."""

from django.db import models
from django.db.models import Q

from alliances.models import Role
from alliances.models.mandats import DE_L_ETAT, vues_selon
from conventions.models.conventions import Convention
from conventions.models.parties import PartieConvention
from socle.acces import RequeteProtegee
from socle.models.pieces import PieceRetirable


class PieceConventionQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui voit la convention; un document retiré, joint par erreur, ne se lit plus que de l'État et de qui l'a
        téléversé."""
        vues = Convention.objects.condition_de_vue(utilisateur, "convention__")
        de_l_etat = vues_selon(utilisateur, "convention__alliance", (DE_L_ETAT | {Role.ADMINISTRATION}, Q()))
        restees = Q(retiree_le__isnull=True) | ~Q(usage="autre")
        return self.filter(vues).filter(restees | Q(televersee_par=utilisateur.pk) | de_l_etat)


class PieceConvention(PieceRetirable):
    """Une pièce jointe à une convention, et la partie dont elle porte la signature s'il y a lieu.

    Retirée (document joint par erreur, signature annulée), elle garde sa ligne et son fichier, et le dit.
    """

    class Usage(models.TextChoices):
        RESOLUTION = "resolution", "Résolution"
        EXEMPLAIRE = "exemplaire", "Exemplaire signé"
        AUTRE = "autre", "Autre document"

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="pieces"
    )
    partie = models.ForeignKey(
        PartieConvention, models.PROTECT, verbose_name="partie", null=True, blank=True, related_name="pieces"
    )
    usage = models.CharField("usage", max_length=12, choices=Usage.choices, default=Usage.AUTRE)

    objects = PieceConventionQuerySet.as_manager()

    class Meta(PieceRetirable.Meta):
        verbose_name = "pièce de la convention"
        verbose_name_plural = "pièces de la convention"

    def empechements_a_retirer(self):
        """Ce qui appuie une signature ou un acte adopté reste; le reste se retire, une fois."""
        if self.usage != self.Usage.AUTRE or self.partie_id:
            return ["Cette pièce appuie une signature ou un acte adopté\u00a0: elle reste à la convention."]
        return ["Ce document est déjà retiré."] if self.retiree_le else []
