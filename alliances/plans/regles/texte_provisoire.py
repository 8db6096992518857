"""Un bout de texte laissé pour plus tard."""

import re

from alliances.plans.regles.constat import Ancre, avertissement

MARQUES = re.compile(
    r"(?<!\w)(?:[àa] (?:compléter|confirmer|rédiger|valider)|xxx+|lorem ipsum|\?\?\?+|à déterminer)(?!\w)",
    re.IGNORECASE,
)


def texte_provisoire(plan):
    """« à compléter », « XXX », « lorem ipsum »… dans une section rédigée."""
    for section in plan.canevas.sections_redigees:
        if trouve := MARQUES.search(plan.section(section.code).texte):
            yield avertissement(
                f"La section {section.code} « {section.titre} » contient encore « {trouve.group()} ». "
                "Complétez ce passage ou retirez-le.",
                Ancre("section", section.code),
                source="Bonne pratique : relire avant de déposer",
            )
