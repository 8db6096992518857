"""Chaque moyen dit où il se réalise."""

from alliances.plans.regles.constat import erreur


def moyen_sans_territoire(plan):
    """Une Alliance sans liste de territoires (certaines communautés autochtones) n’en choisit pas."""
    if not plan.territoires:
        return
    for moyen in plan.moyens:
        if not moyen.territoires:
            yield erreur(
                f"Cochez au moins un territoire pour le {moyen.designation}.",
                moyen.ancre,
                champ="territoires",
                source="Guide 2024-2029, annexe, point 6",
            )
