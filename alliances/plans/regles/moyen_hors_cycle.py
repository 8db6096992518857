"""Un moyen se réalise pendant le cycle."""

from alliances.plans.regles.constat import erreur
from alliances.plans.regles.redaction import en_lettres


def moyen_hors_cycle(plan):
    for moyen in plan.moyens:
        for champ, verbe in (("debut", "commence"), ("fin", "finit")):
            jour = getattr(moyen, champ)
            if plan.hors_cycle(jour):
                yield erreur(
                    f"Le {moyen.designation} {verbe} le {en_lettres(jour)}, "
                    f"hors du cycle {plan.canevas.cycle}.",
                    moyen.ancre,
                    champ=champ,
                    source="Dates du cycle; guide 2024-2029, §4.1",
                )
