"""Le plan tel que les règles le voient : des objets figés, toujours complets. `lecture` les construit."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from alliances.plans.canevas import Canevas
from alliances.plans.regles.constat import Ancre
from alliances.plans.regles.redaction import designer

MOT = re.compile(r"\w[\w’'-]*")


@dataclass(frozen=True)
class SectionLue:
    texte: str = ""
    terminee: bool = False

    @cached_property
    def mots(self):
        return len(MOT.findall(self.texte))


@dataclass(frozen=True)
class IndicateurLu:
    ancre: Ancre
    numero: str
    nom: str
    unite: str
    depart: Decimal | None
    cible: Decimal | None
    echeance: date | None
    precision: str
    se_decrit: bool = False
    cible_decrite: str = ""

    @property
    def designation(self):
        return designer("indicateur", self.numero, self.nom)


@dataclass(frozen=True)
class CollaborateurLu:
    nom: str
    secteur: str
    contribution: str


@dataclass(frozen=True)
class MoyenLu:
    ancre: Ancre
    numero: str
    description: str
    population: str
    territoires: tuple[str, ...]
    personnes_visees: int | None
    resultat_attendu: str
    responsable: str
    collaborateurs: tuple[CollaborateurLu, ...]
    debut: date | None
    fin: date | None
    indicateurs: tuple[IndicateurLu, ...]
    suivi_plus_haut: bool = False  # son objectif ou sa priorité porte un indicateur

    @property
    def designation(self):
        return designer("moyen", self.numero, self.description)


@dataclass(frozen=True)
class ObjectifLu:
    ancre: Ancre
    numero: str
    titre: str
    moyens: tuple[MoyenLu, ...]
    indicateurs: tuple[IndicateurLu, ...] = ()

    @property
    def designation(self):
        return designer("objectif", self.numero, self.titre)


@dataclass(frozen=True)
class PrioriteLue:
    ancre: Ancre
    numero: str
    titre: str
    palier: str
    territoires: tuple[str, ...]
    thematique: str
    autres_thematiques: tuple[str, ...]
    raison: str
    changement: str
    articulation: str
    personnes_visees: int | None
    objectifs: tuple[ObjectifLu, ...]
    indicateurs: tuple[IndicateurLu, ...] = ()

    @property
    def designation(self):
        return designer("priorité", self.numero, self.titre)

    @cached_property
    def moyens(self):
        return tuple(moyen for objectif in self.objectifs for moyen in objectif.moyens)


@dataclass(frozen=True)
class SiegeLu:
    secteur: str
    libelle: str
    prevus: int
    pourvus: int


@dataclass(frozen=True)
class InstanceLue:
    nom: str
    sieges: tuple[SiegeLu, ...]


@dataclass(frozen=True)
class GouvernanceLue:
    gestion: str
    decision_regionale: str
    decision_locale: str
    part_regionale: Decimal | None
    circuits: tuple[str, ...]
    instances: tuple[InstanceLue, ...]


@dataclass(frozen=True)
class ParticipationLue:
    exercice: str
    axe: str
    forme: str
    personnes: int
    rencontres: int
    aucune_action_motif: str
    modalite_propre: str = ""


@dataclass(frozen=True)
class TerritoireLu:
    code: str
    nom: str
    devitalise: bool


@dataclass(frozen=True)
class ThematiqueLue:
    code: str
    nom: str
    recommandee: bool


@dataclass(frozen=True)
class SecteurLu:
    code: str
    nom: str


@dataclass(frozen=True)
class PlanLu:
    """Tout ce que les règles regardent. `aujourdhui` manque quand on relit un instantané."""

    canevas: Canevas
    aujourdhui: date | None
    debut_cycle: date | None
    fin_cycle: date | None
    fin_realisation: date | None
    echeance: date | None
    numero_version: int
    deposee_le: date | None
    contact: dict[str, str]
    redigees: dict[str, SectionLue]
    priorites: tuple[PrioriteLue, ...]
    gouvernance: GouvernanceLue
    participation: tuple[ParticipationLue, ...]
    territoires: tuple[TerritoireLu, ...]
    thematiques: tuple[ThematiqueLue, ...]
    secteurs: tuple[SecteurLu, ...]
    table_constituee: bool
    signataire_constitue: bool
    fiduciaire: str
    etat: str
    tour: int
    resolution: str
    adoptee_le: date | None
    modifie_le: date | None

    @property
    def est_corrige(self):
        """Après un retour : le texte a pu changer sans que la Table l’adopte de nouveau."""
        return self.etat == "a_corriger" or self.tour > 1

    @cached_property
    def objectifs(self):
        return tuple(objectif for priorite in self.priorites for objectif in priorite.objectifs)

    @cached_property
    def moyens(self):
        return tuple(moyen for objectif in self.objectifs for moyen in objectif.moyens)

    @cached_property
    def indicateurs(self):
        return tuple(i for porteur in self.porteurs for i in porteur.indicateurs)

    @cached_property
    def porteurs(self):
        """Ce qui peut porter un indicateur, dans l’ordre du plan."""
        trouves = []
        for priorite in self.priorites:
            trouves.append(priorite)
            for objectif in priorite.objectifs:
                trouves += [objectif, *objectif.moyens]
        return tuple(trouves)

    def section(self, code):
        """Le texte d’une section; une section absente du contenu se lit comme vide."""
        return self.redigees.get(code, SectionLue())

    def hors_cycle(self, jour):
        """Vrai si la date est connue et sort du cycle."""
        if jour is None:
            return False
        return bool(
            (self.debut_cycle and jour < self.debut_cycle) or (self.fin_cycle and jour > self.fin_cycle)
        )
