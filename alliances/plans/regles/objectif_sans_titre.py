"""Un objectif se formule."""

from alliances.plans.regles.constat import erreur


def objectif_sans_titre(plan):
    for objectif in plan.objectifs:
        if not objectif.titre:
            yield erreur(
                f"Formulez l’objectif {objectif.numero}.",
                objectif.ancre,
                champ="titre",
                source="Guide 2024-2029, §4.2 et annexe, point 4",
            )
