"""Les modèles de la pièce « conventions » : l'accord avec le Ministère, ses enveloppes et leur grand livre."""

from conventions.models.conventions import Convention, ExerciceConvention
from conventions.models.derogations import Derogation
from conventions.models.echeances import EcheanceVersement
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe, Solde
from conventions.models.journal import JournalConvention
from conventions.models.obligations import Obligation
from conventions.models.parties import PartieConvention
from conventions.models.pieces import PieceConvention
from conventions.models.versements import Recuperation, Versement

__all__ = [
    "Convention",
    "Derogation",
    "EcheanceVersement",
    "Ecriture",
    "Enveloppe",
    "ExerciceConvention",
    "JournalConvention",
    "Obligation",
    "PartieConvention",
    "PieceConvention",
    "Recuperation",
    "Solde",
    "Versement",
]
