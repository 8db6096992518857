"""Chaque priorité a au moins un objectif."""

from alliances.plans.regles.constat import erreur


def priorite_sans_objectif(plan):
    for priorite in plan.priorites:
        if not priorite.objectifs:
            yield erreur(
                f"La {priorite.designation} n’a pas encore d’objectif.",
                priorite.ancre,
                champ="objectifs",
                source="Guide 2024-2029, §4.2 et annexe, point 4",
            )
