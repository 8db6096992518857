"""Les modèles des protocoles : les clauses, le protocole, ses versements prévus, ses signatures, son suivi."""

from projets.protocoles.models.avenants import AvenantProtocole
from projets.protocoles.models.avis_transmis import AvisTransmis, PieceAvis
from projets.protocoles.models.changements import ChangementDemande
from projets.protocoles.models.clauses import Clause, ClausesAlliance
from projets.protocoles.models.instantanes import InstantaneProtocole
from projets.protocoles.models.paiements import Paiement, PiecePaiement
from projets.protocoles.models.protocoles import Protocole
from projets.protocoles.models.rapports import PieceRapport, RapportRecu
from projets.protocoles.models.rectificatifs import LigneRectifiee, Rectificatif
from projets.protocoles.models.releves import LigneDeReleve
from projets.protocoles.models.remboursements import PieceRemboursement, Remboursement
from projets.protocoles.models.signatures import PieceSignature, SignatureProtocole
from projets.protocoles.models.signatures_avenant import PieceSignatureAvenant, SignatureAvenantProtocole
from projets.protocoles.models.suivis import NoteDeSuivi, PieceNote
from projets.protocoles.models.tranches import Tranche

__all__ = [
    "AvenantProtocole",
    "AvisTransmis",
    "ChangementDemande",
    "Clause",
    "ClausesAlliance",
    "InstantaneProtocole",
    "LigneDeReleve",
    "LigneRectifiee",
    "NoteDeSuivi",
    "Paiement",
    "PieceAvis",
    "PieceNote",
    "PiecePaiement",
    "PieceRapport",
    "PieceRemboursement",
    "PieceSignature",
    "PieceSignatureAvenant",
    "Protocole",
    "RapportRecu",
    "Rectificatif",
    "Remboursement",
    "SignatureAvenantProtocole",
    "SignatureProtocole",
    "Tranche",
]
