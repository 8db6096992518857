"""Le profil de gouvernance de l’Alliance."""

from alliances.plans.regles.constat import GOUVERNANCE, INSTANCES, avertissement

SOURCE = "Guide 2024-2029, §4.2 et annexe, point 1a"
CHAMPS = (
    ("gestion", "Le mode de gestion du FQIS n’est pas choisi : centralisée, partagée ou à deux paliers."),
    ("decision_regionale", "Dites quelle instance décide au palier régional."),
    ("decision_locale", "Dites quelle instance décide, ou recommande, au palier local."),
    ("circuits", "Aucun circuit ne dit qui décide d’une initiative, ni dans quel ordre."),
)


def gouvernance_incomplete(plan):
    """Chaque dimension du profil est décrite, et au moins une instance existe."""
    for champ, message in CHAMPS:
        if not getattr(plan.gouvernance, champ):
            yield avertissement(message, GOUVERNANCE, champ=champ, source=SOURCE)
    if not plan.gouvernance.instances:
        yield avertissement(
            "Aucune instance n’est inscrite à la fiche de l’Alliance : ajoutez au moins la Table régionale.",
            INSTANCES,
            source=SOURCE,
        )
