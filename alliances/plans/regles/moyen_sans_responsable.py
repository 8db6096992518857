"""Chaque moyen a un ou une responsable."""

from alliances.plans.regles.constat import erreur


def moyen_sans_responsable(plan):
    for moyen in plan.moyens:
        if not moyen.responsable:
            yield erreur(
                f"Le {moyen.designation} n’a pas de responsable : nommez l’organisme qui en répond.",
                moyen.ancre,
                champ="responsable",
                source="Guide 2024-2029, annexe, point 9",
            )
