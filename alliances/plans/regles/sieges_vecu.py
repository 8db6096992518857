"""La place des personnes expertes de vécu dans les instances."""

from alliances.plans.regles.constat import INSTANCES, avertissement

SECTEUR_VECU = "vecu"
SOURCE = "Guide 2024-2029, §3.1; évaluation 2017-2023 des Alliances"


def sieges_vecu(plan):
    """Il y en a, et jamais une personne seule dans une instance."""
    instances = plan.gouvernance.instances
    if not instances:
        return
    reserves = [
        (instance, siege)
        for instance in instances
        for siege in instance.sieges
        if siege.secteur == SECTEUR_VECU and siege.prevus > 0
    ]
    if not reserves:
        yield avertissement(
            "Aucun siège n’est réservé aux personnes expertes de vécu dans les instances de l’Alliance. "
            "Prévoyez-en au moins deux.",
            INSTANCES,
            source=SOURCE,
        )
    for instance in instances:
        sieges = [siege for autre, siege in reserves if autre is instance]
        if 1 in (sum(siege.prevus for siege in sieges), sum(siege.pourvus for siege in sieges)):
            yield avertissement(
                f"Une seule personne experte de vécu siège à « {instance.nom} ». À deux ou plus, il est plus "
                "facile de prendre la parole.",
                INSTANCES,
                source=SOURCE,
            )
