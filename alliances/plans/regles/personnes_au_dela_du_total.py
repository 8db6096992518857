"""Les personnes visées par les moyens, comparées au total de leur priorité."""

from alliances.plans.regles.constat import avertissement


def personnes_au_dela_du_total(plan):
    """Des personnes peuvent profiter de plusieurs moyens : on avertit seulement."""
    for priorite in plan.priorites:
        somme = sum(max(moyen.personnes_visees or 0, 0) for moyen in priorite.moyens)
        total = priorite.personnes_visees
        if total is not None and 0 <= total < somme:
            yield avertissement(
                f"Les moyens de la {priorite.designation} visent ensemble {somme} personnes, plus que le "
                f"total de {total} inscrit à la priorité. Corrigez le total, ou gardez-le si les mêmes "
                "personnes profitent de plusieurs moyens.",
                priorite.ancre,
                champ="personnes_visees",
                source="Guide 2024-2029, annexe, point 6",
            )
