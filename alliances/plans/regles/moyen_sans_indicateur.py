"""Chaque moyen a au moins un indicateur, ou son objectif ou sa priorité en a un qui le suit."""

from alliances.plans.regles.constat import erreur


def moyen_sans_indicateur(plan):
    for moyen in plan.moyens:
        if not (moyen.indicateurs or moyen.suivi_plus_haut):
            yield erreur(
                f"Ajoutez au moins un indicateur au {moyen.designation}.",
                moyen.ancre,
                champ="indicateurs",
                source="Guide 2024-2029, §4.2 et annexe, point 8",
            )
