"""Un plan a des priorités."""

from alliances.plans.regles.constat import PRIORITES, erreur


def aucune_priorite(plan):
    if not plan.priorites:
        yield erreur(
            "Le plan n’a encore aucune priorité. Ajoutez-en une première.",
            PRIORITES,
            source="Guide 2024-2029, §4.2 et annexe, point 3",
        )
