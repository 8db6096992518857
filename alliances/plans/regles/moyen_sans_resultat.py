"""Chaque moyen a un résultat attendu."""

from alliances.plans.regles.constat import erreur


def moyen_sans_resultat(plan):
    for moyen in plan.moyens:
        if not moyen.resultat_attendu:
            yield erreur(
                f"Précisez le résultat attendu du {moyen.designation}.",
                moyen.ancre,
                champ="resultat_attendu",
                source="Guide 2024-2029, §4.2 et annexe, point 7",
            )
