"""Une priorité locale dit où."""

from alliances.plans.regles.constat import erreur

LOCAL = "local"


def priorite_locale_sans_territoire(plan):
    """Une Alliance sans liste de territoires (certaines communautés autochtones) n’en choisit pas."""
    if not plan.territoires:
        return
    for priorite in plan.priorites:
        if priorite.palier == LOCAL and not priorite.territoires:
            yield erreur(
                f"La {priorite.designation} est locale : cochez au moins un territoire.",
                priorite.ancre,
                champ="territoires",
                source="Guide 2024-2029, annexe, points 3 et 6",
            )
