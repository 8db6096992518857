"""Pourquoi cette priorité."""

from alliances.plans.regles.constat import avertissement


def priorite_sans_raison(plan):
    for priorite in plan.priorites:
        if not priorite.raison:
            yield avertissement(
                f"Dites pourquoi la {priorite.designation} a été retenue : à quel constat du portrait "
                "répond-elle?",
                priorite.ancre,
                champ="raison",
                source="Guide 2024-2029, §4.2; évaluation 2017-2023 des Alliances",
            )
