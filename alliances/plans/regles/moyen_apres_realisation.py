"""Un moyen qui finirait après la fin prévue des réalisations."""

from alliances.plans.regles.constat import avertissement
from alliances.plans.regles.redaction import en_lettres


def moyen_apres_realisation(plan):
    """La date est un paramètre du cycle, observé dans une seule région : on avertit sans bloquer."""
    if not plan.fin_realisation:
        return
    for moyen in plan.moyens:
        if moyen.fin and moyen.fin > plan.fin_realisation and not plan.hors_cycle(moyen.fin):
            yield avertissement(
                f"Le {moyen.designation} finit le {en_lettres(moyen.fin)}; les activités devraient se "
                f"terminer au plus tard le {en_lettres(plan.fin_realisation)}, le temps de faire le bilan.",
                moyen.ancre,
                champ="fin",
                source="Dates du cycle, à confirmer avec la convention",
            )
