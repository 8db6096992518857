"""Comment la région et ses territoires agissent ensemble sur une priorité."""

from alliances.plans.regles.constat import avertissement


def priorite_sans_articulation(plan):
    for priorite in plan.priorites:
        if not priorite.articulation:
            yield avertissement(
                f"Expliquez, pour la {priorite.designation}, ce que fait la région, ce que font ses "
                "territoires, et comment l’un sert l’autre.",
                priorite.ancre,
                champ="articulation",
                source="Guide 2024-2029, §4.2; évaluation 2017-2023 des Alliances",
            )
