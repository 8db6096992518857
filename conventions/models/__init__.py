"""Les modèles de la pièce « conventions » : l'accord avec le Ministère, ses enveloppes et leur grand livre."""

from conventions.models.abonnements import AbonnementCalendrier
from conventions.models.annulations import AnnulationVersement
from conventions.models.avenants import Avenant
from conventions.models.conventions import Convention, ExerciceConvention
from conventions.models.demandes_annulation import DemandeAnnulation
from conventions.models.depenses import Depense, PieceDepense
from conventions.models.derogations import Derogation
from conventions.models.echeances import EcheanceVersement
from conventions.models.ecritures import Ecriture
from conventions.models.enveloppes import Enveloppe, Solde
from conventions.models.instantanes import InstantaneConvention
from conventions.models.journal import JournalConvention
from conventions.models.obligations import Obligation
from conventions.models.parties import PartieConvention
from conventions.models.pieces import PieceConvention
from conventions.models.prolongations import Prolongation
from conventions.models.recuperations import Recuperation
from conventions.models.reglements import LigneReglement
from conventions.models.remises import PieceRemise, ReceptionDeRemise, Remise
from conventions.models.repartitions import LigneRepartition, Repartition
from conventions.models.reports import LigneReport, Report
from conventions.models.signatures_avenant import PieceAvenant, SignatureAvenant
from conventions.models.transferts import Transfert
from conventions.models.versements import Versement

__all__ = [
    "AbonnementCalendrier",
    "AnnulationVersement",
    "Avenant",
    "Convention",
    "DemandeAnnulation",
    "Depense",
    "Derogation",
    "EcheanceVersement",
    "Ecriture",
    "Enveloppe",
    "ExerciceConvention",
    "InstantaneConvention",
    "JournalConvention",
    "LigneReglement",
    "LigneRepartition",
    "LigneReport",
    "Obligation",
    "PartieConvention",
    "PieceAvenant",
    "PieceConvention",
    "PieceDepense",
    "PieceRemise",
    "Prolongation",
    "ReceptionDeRemise",
    "Recuperation",
    "Remise",
    "Repartition",
    "Report",
    "SignatureAvenant",
    "Solde",
    "Transfert",
    "Versement",
]
