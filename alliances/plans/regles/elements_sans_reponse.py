"""Les quinze éléments que le plan doit préciser."""

from alliances.plans.regles.constat import ELEMENTS, erreur
from alliances.plans.regles.rapport import Etat, reponses
from alliances.plans.regles.redaction import enumerer


def elements_sans_reponse(plan):
    """Un seul constat, qui nomme les éléments sans aucune réponse; le détail est au rapport des éléments."""
    absents = [reponse.element for reponse in reponses(plan) if reponse.etat == Etat.NON]
    if not absents:
        return
    noms = enumerer([f"{element.court} ({element.numero})" for element in absents])
    yield erreur(
        f"Le plan ne répond pas encore à {len(absents)} des {len(plan.canevas.elements)} éléments exigés : "
        f"{noms}.",
        ELEMENTS,
        source="Guide 2024-2029, §4.2",
    )
