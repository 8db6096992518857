"""Quand un moyen se réalise."""

from alliances.plans.regles.constat import avertissement


def moyen_sans_calendrier(plan):
    for moyen in plan.moyens:
        if not (moyen.debut and moyen.fin):
            manque = "de début" if moyen.fin else "de fin" if moyen.debut else "de début ni de fin"
            yield avertissement(
                f"Le {moyen.designation} n’a pas de date {manque}.",
                moyen.ancre,
                champ="fin" if moyen.debut else "debut",
                source="Guide 2024-2029, annexe, point 5",
            )
