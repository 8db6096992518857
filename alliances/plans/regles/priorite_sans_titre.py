"""Une priorité se nomme."""

from alliances.plans.regles.constat import erreur


def priorite_sans_titre(plan):
    for priorite in plan.priorites:
        if not priorite.titre:
            yield erreur(
                f"Donnez un titre à la priorité {priorite.numero}.",
                priorite.ancre,
                champ="titre",
                source="Guide 2024-2029, §4.2 et annexe, point 3",
            )
