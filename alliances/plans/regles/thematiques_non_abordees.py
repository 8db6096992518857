"""Les priorités nationales recommandées dont le plan ne parle pas."""

from alliances.plans.regles.constat import PRIORITES, conseil


def thematiques_non_abordees(plan):
    """Un conseil : la région reste libre de ses choix."""
    abordees = {code for p in plan.priorites for code in (p.thematique, *p.autres_thematiques)}
    absentes = [t.nom for t in plan.thematiques if t.recommandee and t.code not in abordees]
    if plan.priorites and absentes:
        yield conseil(
            "Aucune priorité n’est rattachée à ces thématiques nationales recommandées : "
            f"{'; '.join(absentes)}. C’est permis; assurez-vous seulement que c’est un choix.",
            PRIORITES,
            source="Guide 2024-2029, §2.2",
        )
