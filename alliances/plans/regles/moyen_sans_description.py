"""Un moyen se décrit."""

from alliances.plans.regles.constat import erreur


def moyen_sans_description(plan):
    for moyen in plan.moyens:
        if not moyen.description:
            yield erreur(
                f"Décrivez le moyen {moyen.numero} : que fera-t-on, concrètement?",
                moyen.ancre,
                champ="description",
                source="Guide 2024-2029, §4.2 et annexe, point 5",
            )
