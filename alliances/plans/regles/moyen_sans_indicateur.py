"""Chaque moyen a au moins un indicateur."""

from alliances.plans.regles.constat import erreur


def moyen_sans_indicateur(plan):
    for moyen in plan.moyens:
        if not moyen.indicateurs:
            yield erreur(
                f"Ajoutez au moins un indicateur au {moyen.designation}.",
                moyen.ancre,
                champ="indicateurs",
                source="Guide 2024-2029, §4.2 et annexe, point 8",
            )
