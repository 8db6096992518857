"""Deux priorités du même nom."""

from alliances.plans.regles.constat import conseil


def priorites_en_double(plan):
    """Même titre, à la casse et aux blancs près : souvent une copie oubliée."""
    premieres = {}
    for priorite in plan.priorites:
        titre = " ".join(priorite.titre.casefold().split())
        premiere = premieres.setdefault(titre, priorite)
        if titre and premiere is not priorite:
            yield conseil(
                f"La {priorite.designation} porte le même titre que la priorité {premiere.numero}. "
                "Fusionnez-les, ou précisez ce qui les distingue.",
                priorite.ancre,
                champ="titre",
                source="Bonne pratique : une priorité, une fiche",
            )
