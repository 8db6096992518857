"""Chaque priorité se rattache à une thématique nationale du cycle."""

from alliances.plans.regles.constat import erreur


def priorite_sans_thematique(plan):
    """Sans ce lien, les priorités des régions ne se comparent pas."""
    connues = {thematique.code for thematique in plan.thematiques}
    for priorite in plan.priorites:
        if not priorite.thematique or priorite.thematique not in connues:
            yield erreur(
                f"Rattachez la {priorite.designation} à une thématique nationale.",
                priorite.ancre,
                champ="thematique",
                source="Guide 2024-2029, §2.2 et annexe, point 3",
            )
