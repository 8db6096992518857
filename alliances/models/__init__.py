"""Qui et où : les noms de la pièce « alliances »."""

from alliances.models.adhesions import DemandeDAdhesion
from alliances.models.circuits import Acte, CircuitDecision, EtapeDecision
from alliances.models.engagements import DemandeDEngagement, PieceDEngagement
from alliances.models.equipes import InvitationDUnMembre
from alliances.models.gouvernance import (
    Alliance,
    Contact,
    PartieAlliance,
    ProfilGouvernance,
)
from alliances.models.identites import DemandeIdentite
from alliances.models.incidents import IncidentDeConfidentialite
from alliances.models.instances import InstanceGouvernance, Siege
from alliances.models.journal import JournalAlliance
from alliances.models.mandats import Mandat
from alliances.models.organismes import Organisme
from alliances.models.participation import ParticipationPersonnes
from alliances.models.resolutions import ResolutionDeMandat
from alliances.models.roles import Role
from alliances.models.territoires import (
    Cycle,
    IndiceTerritoire,
    Region,
    SecteurActeur,
    Territoire,
    ThematiqueNationale,
)

__all__ = [
    "Acte",
    "Alliance",
    "CircuitDecision",
    "Contact",
    "Cycle",
    "DemandeDAdhesion",
    "DemandeDEngagement",
    "DemandeIdentite",
    "EtapeDecision",
    "IncidentDeConfidentialite",
    "IndiceTerritoire",
    "InstanceGouvernance",
    "InvitationDUnMembre",
    "JournalAlliance",
    "Mandat",
    "Organisme",
    "ParticipationPersonnes",
    "PartieAlliance",
    "PieceDEngagement",
    "ProfilGouvernance",
    "Region",
    "ResolutionDeMandat",
    "Role",
    "SecteurActeur",
    "Siege",
    "Territoire",
    "ThematiqueNationale",
]
