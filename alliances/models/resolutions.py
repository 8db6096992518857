"""La résolution jointe à un mandat : celle de l'instance qui autorise la personne à engager."""

from django.db import models

from alliances.models.mandats import Mandat
from socle.acces import RequeteProtegee
from socle.models.pieces import Piece


class ResolutionDeMandatQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui voit le mandat."""
        return self.filter(mandat__in=Mandat.objects.visibles_par(utilisateur))


class ResolutionDeMandat(Piece):
    mandat = models.OneToOneField(Mandat, models.PROTECT, verbose_name="mandat", related_name="piece")

    objects = ResolutionDeMandatQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "résolution d’un mandat"
        verbose_name_plural = "résolutions des mandats"
