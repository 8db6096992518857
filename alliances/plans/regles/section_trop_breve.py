"""Une section presque vide."""

from alliances.plans.regles.constat import Ancre, avertissement
from alliances.plans.regles.redaction import accorder


def section_trop_breve(plan):
    """Le texte compte moins de mots que le minimum du canevas."""
    for section in plan.canevas.sections_redigees:
        mots = plan.section(section.code).mots
        if plan.section(section.code).texte and mots < section.mots_minimum:
            yield avertissement(
                f"La section {section.code} « {section.titre} » compte {accorder(mots, 'mot', 'mots')} : "
                f"c’est court. Les questions de la section peuvent vous aider à atteindre "
                f"{section.mots_minimum} mots.",
                Ancre("section", section.code),
                source=section.source,
            )
