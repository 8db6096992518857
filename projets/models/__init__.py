"""Les modèles de la pièce « projets » : les appels, les initiatives, leur choix."""

from projets.models.appels import AppelProjets, EnveloppeAppel
from projets.models.initiatives import Initiative, PartieDemande, PersonnesPrevues, PopulationVisee
from projets.models.journal import JournalProjets
from projets.models.montage import LigneDepense, ObjectifInitiative, PartenairePrevu, SourcePrevue

__all__ = [
    "AppelProjets",
    "EnveloppeAppel",
    "Initiative",
    "JournalProjets",
    "LigneDepense",
    "ObjectifInitiative",
    "PartenairePrevu",
    "PartieDemande",
    "PersonnesPrevues",
    "PopulationVisee",
    "SourcePrevue",
]
