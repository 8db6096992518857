"""Chaque moyen dit combien de personnes il vise."""

from alliances.plans.regles.constat import avertissement


def moyen_sans_personnes_visees(plan):
    """Zéro est un nombre; le vide n’en est pas un."""
    for moyen in plan.moyens:
        if moyen.personnes_visees is None:
            yield avertissement(
                f"Dites combien de personnes vise le {moyen.designation}.",
                moyen.ancre,
                champ="personnes_visees",
                source="Guide 2024-2029, annexe, point 6",
            )
