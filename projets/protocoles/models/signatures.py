"""La réponse de chaque côté à une transmission : une signature, ou un refus avec son motif; et la pièce jointe."""

from django.db import models

from projets.protocoles.models.gardiens import SIGNATURE_PERMISE
from projets.protocoles.models.protocoles import Protocole
from projets.protocoles.models.reponses import ReponseDePartie, contraintes_de_reponse
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.models.pieces import Piece


class SignatureQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))


class SignatureProtocole(ReponseDePartie):
    """Ce qu'une partie répond au protocole."""

    declencheurs = (*IMMUABLE, SIGNATURE_PERMISE)

    protocole = models.ForeignKey(
        Protocole, models.PROTECT, verbose_name="protocole", related_name="signatures"
    )

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "signature d’un protocole"
        verbose_name_plural = "signatures des protocoles"
        ordering = ["protocole", "tour", "pk"]
        constraints = contraintes_de_reponse("protocole", "signature_protocole")


class PieceSignatureQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(signature__in=SignatureProtocole.objects.visibles_par(utilisateur))


class PieceSignature(Piece):
    """La résolution, ou l'exemplaire signé."""

    signature = models.ForeignKey(
        SignatureProtocole, models.PROTECT, verbose_name="signature", related_name="pieces"
    )

    objects = PieceSignatureQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "pièce d’une signature"
        verbose_name_plural = "pièces des signatures"
