"""Modèles du socle."""

from socle.models.chaines import ChaineJournal, LigneChainee
from socle.models.cibles import CibleDeService
from socle.models.documents import Document
from socle.models.envois import EnvoiUnique
from socle.models.journal import LigneDeJournal
from socle.models.notifications import Courriel, Notification, Preference
from socle.models.observations import Observation
from socle.models.ouvriers import Ouvrier
from socle.models.pieces import Piece
from socle.models.utilisateurs import Utilisateur

__all__ = [
    "ChaineJournal",
    "CibleDeService",
    "Courriel",
    "LigneChainee",
    "Document",
    "EnvoiUnique",
    "LigneDeJournal",
    "Notification",
    "Observation",
    "Ouvrier",
    "Piece",
    "Preference",
    "Utilisateur",
]
