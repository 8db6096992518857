"""Le changement que vise une priorité."""

from alliances.plans.regles.constat import erreur


def priorite_sans_changement(plan):
    """Les plans du cycle précédent décrivaient des activités sans dire ce qu’elles devaient changer."""
    for priorite in plan.priorites:
        if not priorite.changement:
            yield erreur(
                f"Décrivez le changement souhaité pour la {priorite.designation} : qu’est-ce qui sera "
                "différent à la fin du cycle?",
                priorite.ancre,
                champ="changement",
                source="Guide 2024-2029, §4.2; évaluation 2017-2023 des Alliances",
            )
