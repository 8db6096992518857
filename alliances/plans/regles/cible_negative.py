"""Une valeur de départ et une cible ne sont pas négatives."""

from alliances.plans.regles.constat import erreur


def cible_negative(plan):
    for indicateur in plan.indicateurs:
        for champ, nom in (("depart", "valeur de départ"), ("cible", "cible")):
            if (getattr(indicateur, champ) or 0) < 0:
                yield erreur(
                    f"La {nom} de l’{indicateur.designation} est négative. Corrigez-la, ou laissez-la vide.",
                    indicateur.ancre,
                    champ=champ,
                    source="Guide 2024-2029, annexe, point 8",
                )
