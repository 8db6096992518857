"""Un moyen se réalise chez les territoires de l’Alliance."""

from alliances.plans.regles.constat import avertissement
from alliances.plans.regles.redaction import enumerer


def moyen_hors_territoire(plan):
    """Arrive lorsqu’un plan est prérempli d’un autre, ou que l’Alliance a changé de territoires."""
    connus = {territoire.code for territoire in plan.territoires}
    for moyen in plan.moyens:
        inconnus = [code for code in moyen.territoires if code not in connus]
        if inconnus:
            yield avertissement(
                f"Le {moyen.designation} vise un territoire qui n’est pas de l’Alliance "
                f"(code {enumerer(inconnus)}). Revoyez les territoires cochés.",
                moyen.ancre,
                champ="territoires",
                source="Guide 2024-2029, annexe, point 6",
            )
