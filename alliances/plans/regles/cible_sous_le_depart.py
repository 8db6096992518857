"""Une cible plus basse que la valeur de départ s’explique."""

from alliances.plans.regles.constat import avertissement


def cible_sous_le_depart(plan):
    """Viser moins est parfois le but (une liste d’attente) : un mot dans « Précision » suffit."""
    for indicateur in plan.indicateurs:
        if None in (indicateur.depart, indicateur.cible) or indicateur.precision:
            continue
        if indicateur.cible < indicateur.depart:
            yield avertissement(
                f"La cible de l’{indicateur.designation} est plus basse que la valeur de départ. Si une "
                "baisse est souhaitée, dites-le dans « Précision ».",
                indicateur.ancre,
                champ="precision",
                source="Guide 2024-2029, annexe, point 8",
            )
