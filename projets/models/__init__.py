"""Les modèles de la pièce « projets » : les appels, les initiatives, leur choix."""

from projets.models.appels import AppelProjets
from projets.models.avis import AvisInitiative
from projets.models.decisions import Affectation, Decision, PieceDecision
from projets.models.dossiers import PieceOrganisme
from projets.models.etapes import EtapeInitiative
from projets.models.evaluations import DeclarationInteret, NoteCritere
from projets.models.grilles import CritereAppel
from projets.models.imports import ImportDInitiatives, InitiativeReprise, MontantRepris
from projets.models.initiatives import Initiative, PartieDemande
from projets.models.journal import JournalProjets
from projets.models.jugements import ReponseAdmissibilite
from projets.models.montage import (
    LigneDepense,
    ObjectifInitiative,
    PartenairePrevu,
    PersonnesPrevues,
    PopulationVisee,
    SourcePrevue,
)
from projets.models.partages import EnveloppeAppel
from projets.models.pieces import PieceInitiative, PieceRecue
from projets.models.presences import PresenceDemande
from projets.models.propositions import MontantPropose, PropositionDecision
from projets.models.reponses import Reponse
from projets.models.revisions import DemandeDeRevision

__all__ = [
    "Affectation",
    "AvisInitiative",
    "Decision",
    "PieceDecision",
    "AppelProjets",
    "CritereAppel",
    "DeclarationInteret",
    "DemandeDeRevision",
    "EnveloppeAppel",
    "EtapeInitiative",
    "ImportDInitiatives",
    "Initiative",
    "InitiativeReprise",
    "JournalProjets",
    "LigneDepense",
    "MontantPropose",
    "MontantRepris",
    "NoteCritere",
    "ObjectifInitiative",
    "PartenairePrevu",
    "PartieDemande",
    "PersonnesPrevues",
    "PieceInitiative",
    "PieceOrganisme",
    "PieceRecue",
    "PopulationVisee",
    "PresenceDemande",
    "PropositionDecision",
    "Reponse",
    "ReponseAdmissibilite",
    "SourcePrevue",
]
