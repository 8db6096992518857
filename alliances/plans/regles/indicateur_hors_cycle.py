"""L’échéance d’une cible tombe pendant le cycle."""

from alliances.plans.regles.constat import erreur
from alliances.plans.regles.redaction import en_lettres


def indicateur_hors_cycle(plan):
    for indicateur in plan.indicateurs:
        if plan.hors_cycle(indicateur.echeance):
            yield erreur(
                f"L’échéance de l’{indicateur.designation}, le {en_lettres(indicateur.echeance)}, est hors "
                f"du cycle {plan.canevas.cycle}.",
                indicateur.ancre,
                champ="echeance",
                source="Dates du cycle; guide 2024-2029, annexe, point 8",
            )
