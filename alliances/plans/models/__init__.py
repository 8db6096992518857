"""Le plan d'action régional concerté : plan, versions, sections, priorités, examen."""

from alliances.plans.models.controles import ControleExamen
from alliances.plans.models.examen import DemandeCorrection, LectureSection, ObservationPlan
from alliances.plans.models.instantanes import Instantane
from alliances.plans.models.journal import JournalPlan
from alliances.plans.models.pieces import PiecePlan
from alliances.plans.models.plans import PlanAction
from alliances.plans.models.presences import Presence
from alliances.plans.models.priorites import Collaborateur, IndicateurPlan, Moyen, Objectif, Priorite
from alliances.plans.models.sections import SectionPlan
from alliances.plans.models.versions import VersionPlan

__all__ = [
    "Collaborateur",
    "ControleExamen",
    "DemandeCorrection",
    "IndicateurPlan",
    "Instantane",
    "JournalPlan",
    "LectureSection",
    "Moyen",
    "Objectif",
    "ObservationPlan",
    "PiecePlan",
    "PlanAction",
    "Presence",
    "Priorite",
    "SectionPlan",
    "VersionPlan",
]
