"""La réponse de chaque côté à un avenant transmis, et sa pièce jointe."""

from django.db import models

from projets.protocoles.models.avenants import AvenantProtocole
from projets.protocoles.models.gardiens import SIGNATURE_D_AVENANT_PERMISE
from projets.protocoles.models.reponses import ReponseDePartie, contraintes_de_reponse
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.models.pieces import Piece


class SignatureQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(avenant__in=AvenantProtocole.objects.visibles_par(utilisateur))


class SignatureAvenantProtocole(ReponseDePartie):
    """Ce qu'une partie répond à un avenant."""

    declencheurs = (*IMMUABLE, SIGNATURE_D_AVENANT_PERMISE)

    avenant = models.ForeignKey(
        AvenantProtocole, models.PROTECT, verbose_name="avenant", related_name="signatures"
    )

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "signature d’un avenant au protocole"
        verbose_name_plural = "signatures des avenants aux protocoles"
        ordering = ["avenant", "tour", "pk"]
        constraints = contraintes_de_reponse("avenant", "signature_avenant_protocole")


class PieceQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(signature__in=SignatureAvenantProtocole.objects.visibles_par(utilisateur))


class PieceSignatureAvenant(Piece):
    """La résolution, ou l'exemplaire signé."""

    signature = models.ForeignKey(
        SignatureAvenantProtocole, models.PROTECT, verbose_name="signature", related_name="pieces"
    )

    objects = PieceQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "pièce d’une signature d’avenant"
        verbose_name_plural = "pièces des signatures d’avenants"
