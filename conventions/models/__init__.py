"""Les modèles de la pièce « conventions » : l'accord avec le Ministère, ses enveloppes et leur grand livre."""

from conventions.models.conventions import Convention, ExerciceConvention
from conventions.models.echeances import EcheanceVersement
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe, Solde
from conventions.models.journal import JournalConvention
from conventions.models.obligations import Obligation
from conventions.models.parties import PartieConvention
from conventions.models.pieces import PieceConvention
from conventions.models.prolongations import Prolongation

__all__ = [
    "Convention",
    "EcheanceVersement",
    "Ecriture",
    "Enveloppe",
    "ExerciceConvention",
    "JournalConvention",
    "Obligation",
    "PartieConvention",
    "PieceConvention",
    "Prolongation",
    "Solde",
]
