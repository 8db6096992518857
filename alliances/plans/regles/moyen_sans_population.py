"""Chaque moyen dit à qui il s’adresse."""

from alliances.plans.regles.constat import erreur


def moyen_sans_population(plan):
    for moyen in plan.moyens:
        if not moyen.population:
            yield erreur(
                f"Dites à qui s’adresse le {moyen.designation}.",
                moyen.ancre,
                champ="population",
                source="Guide 2024-2029, annexe, point 6",
            )
