"""Un moyen ne finit pas avant de commencer."""

from alliances.plans.regles.constat import erreur
from alliances.plans.regles.redaction import en_lettres


def moyen_dates_inversees(plan):
    for moyen in plan.moyens:
        if moyen.debut and moyen.fin and moyen.fin < moyen.debut:
            yield erreur(
                f"Le {moyen.designation} finirait le {en_lettres(moyen.fin)}, avant de commencer le "
                f"{en_lettres(moyen.debut)}. Vérifiez les deux dates.",
                moyen.ancre,
                champ="fin",
                source="Cohérence des dates",
            )
