"""Ce qui appuie une sortie d'argent : une facture, un reçu, la preuve d'un virement."""

from django.db.models import Q

from alliances.models import Role
from alliances.models.mandats import DE_L_ETAT, droits_de, vues_selon
from alliances.models.roles import DE_L_ALLIANCE, DU_TERRITOIRE
from conventions.models.enveloppes import gerees_par
from socle.acces import RequeteProtegee
from socle.models.pieces import Piece


class PieceDeSortieQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """L'Alliance et l'État, toutes; un territoire, de la part qu'il gère : une facture peut nommer quelqu'un."""
        admis = DE_L_ALLIANCE | DE_L_ETAT | {Role.ADMINISTRATION}
        siens = [m.territoire_id for m in droits_de(utilisateur).mandats if m.role in DU_TERRITOIRE]
        volets = (admis, Q()), (DU_TERRITOIRE, gerees_par(siens, "sortie__enveloppe__"))
        return self.filter(vues_selon(utilisateur, "sortie__convention__alliance", *volets))


class PieceDeSortie(Piece):
    """Abstraite : la facture, le reçu ou la preuve de virement d'une `sortie`, jointe avec elle ou après coup."""

    objects = PieceDeSortieQuerySet.as_manager()

    class Meta(Piece.Meta):
        abstract = True
