"""Chaque objectif a au moins un moyen."""

from alliances.plans.regles.constat import erreur


def objectif_sans_moyen(plan):
    for objectif in plan.objectifs:
        if not objectif.moyens:
            yield erreur(
                f"L’{objectif.designation} n’a pas encore de moyen.",
                objectif.ancre,
                champ="moyens",
                source="Guide 2024-2029, §4.2 et annexe, point 5",
            )
