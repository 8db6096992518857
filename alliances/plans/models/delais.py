"""Chez qui le plan a passé son temps, et combien de fois il est revenu. Calcul pur, sans base."""

from dataclasses import dataclass, field
from datetime import date

TABLE, SERVICES_QUEBEC, MINISTERE = "table", "services_quebec", "ministere"
COTES = {TABLE: "À la Table", SERVICES_QUEBEC: "À Services Québec", MINISTERE: "Au Ministère"}
# Après cet événement, le plan est de ce côté; `None` : il n'attend plus personne.
ENSUITE = {
    "ouverture": TABLE,
    "depot": SERVICES_QUEBEC,
    "retrait": TABLE,
    "retour": TABLE,
    "avis": MINISTERE,
    "decision": None,
}


@dataclass(frozen=True)
class Delais:
    """`jours` : jours de calendrier par côté; `tours` : nombre de dépôts; `depuis` : dernier passage."""

    jours: dict = field(default_factory=dict)
    tours: int = 0
    retours: int = 0
    cote: str | None = None
    depuis: date | None = None

    @property
    def lignes(self):
        """(côté en clair, jours, est-ce son tour) dans l'ordre du circuit."""
        return [
            (libelle, self.jours[cote], cote == self.cote)
            for cote, libelle in COTES.items()
            if cote in self.jours
        ]


def calculer(evenements, jusqu_a, *, sans_direction=False):
    """Les délais d'une version, d'après la suite de ses événements : couples (événement, date locale).

    Un jour de passage compte chez qui reçoit. Sans direction régionale, le Ministère examine lui-même.
    Lève `KeyError` pour un événement inconnu.
    """
    jours, cote, depuis, tours, retours = {TABLE: 0, SERVICES_QUEBEC: 0, MINISTERE: 0}, None, None, 0, 0
    if sans_direction:
        del jours[SERVICES_QUEBEC]
    for evenement, jour in sorted(evenements, key=lambda couple: couple[1]):
        if cote:
            jours[cote] += (jour - depuis).days
        cote, depuis = ENSUITE[evenement], jour
        if cote == SERVICES_QUEBEC and sans_direction:
            cote = MINISTERE
        tours += evenement == "depot"
        retours += evenement == "retour"
    if cote:
        jours[cote] += max((jusqu_a - depuis).days, 0)
    return Delais(jours, tours, retours, cote, depuis)
