"""Les secteurs attendus autour de la Table où personne ne siège."""

from alliances.plans.regles.constat import INSTANCES, avertissement


def secteurs_sans_siege(plan):
    """Un siège prévu mais vide ne fait pas une présence."""
    instances = plan.gouvernance.instances
    presents = {siege.secteur for instance in instances for siege in instance.sieges if siege.pourvus > 0}
    absents = [secteur.nom for secteur in plan.secteurs if secteur.code not in presents]
    if instances and absents:
        yield avertissement(
            f"Personne de ces milieux ne siège aux instances de l’Alliance\u00a0: {'; '.join(absents)}.",
            INSTANCES,
            source="Guide 2024-2029, §3.1 et §3.2",
        )
