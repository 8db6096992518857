"""Chaque moyen a au moins un partenaire."""

from alliances.plans.regles.constat import avertissement


def moyen_sans_collaborateur(plan):
    for moyen in plan.moyens:
        if not moyen.collaborateurs:
            yield avertissement(
                f"Aucun partenaire ne collabore au {moyen.designation}. Dites avec qui il se réalisera.",
                moyen.ancre,
                champ="collaborateurs",
                source="Guide 2024-2029, §4.2 et annexe, point 9",
            )
