"""Les modèles des protocoles : les clauses, le protocole, ses versements prévus, ses signatures."""

from projets.protocoles.models.clauses import Clause, ClausesAlliance
from projets.protocoles.models.instantanes import InstantaneProtocole
from projets.protocoles.models.protocoles import Protocole
from projets.protocoles.models.signatures import PieceSignature, SignatureProtocole
from projets.protocoles.models.tranches import Tranche

__all__ = [
    "Clause",
    "ClausesAlliance",
    "InstantaneProtocole",
    "PieceSignature",
    "Protocole",
    "SignatureProtocole",
    "Tranche",
]
