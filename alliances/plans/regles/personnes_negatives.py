"""Un nombre de personnes n’est pas négatif."""

from alliances.plans.regles.constat import erreur


def personnes_negatives(plan):
    fiches = [("la", priorite) for priorite in plan.priorites] + [("le", moyen) for moyen in plan.moyens]
    for article, fiche in fiches:
        if (fiche.personnes_visees or 0) < 0:
            yield erreur(
                f"Le nombre de personnes visées par {article} {fiche.designation} est négatif. Corrigez-le, "
                "ou laissez-le vide.",
                fiche.ancre,
                champ="personnes_visees",
                source="Guide 2024-2029, annexe, point 6",
            )
