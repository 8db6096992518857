"""Des sièges sont réservés aux personnes ayant une expérience vécue de la pauvreté, et aucun n’est pourvu."""

from alliances.plans.regles.constat import INSTANCES, avertissement
from alliances.plans.regles.sieges_vecu import SECTEUR_VECU, SOURCE


def vecu_absent(plan):
    """Sans siège réservé, `sieges_vecu` le dit déjà."""
    sieges = [
        s for i in plan.gouvernance.instances for s in i.sieges if s.secteur == SECTEUR_VECU and s.prevus
    ]
    if sieges and not sum(siege.pourvus for siege in sieges):
        yield avertissement(
            "Aucune personne ayant une expérience vécue de la pauvreté ne siège encore aux instances\u00a0: "
            "les sièges qui leur sont réservés sont vides.",
            INSTANCES,
            source=SOURCE,
        )
