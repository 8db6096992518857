"""Les secteurs attendus qui ne collaborent à aucun moyen."""

from alliances.plans.regles.constat import PRIORITES, conseil


def secteurs_absents(plan):
    presents = {c.secteur for moyen in plan.moyens for c in moyen.collaborateurs}
    absents = [secteur.nom for secteur in plan.secteurs if secteur.code not in presents]
    if plan.moyens and absents:
        yield conseil(
            f"Ces milieux ne collaborent encore à aucun moyen : {'; '.join(absents)}. Si l’un d’eux "
            "participe déjà, inscrivez sa contribution.",
            PRIORITES,
            champ="collaborateurs",
            source="Guide 2024-2029, §3.2 et annexe, point 9",
        )
