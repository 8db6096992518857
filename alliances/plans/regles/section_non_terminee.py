"""Une section écrite que personne n’a déclarée terminée."""

from alliances.plans.regles.constat import Ancre, avertissement


def section_non_terminee(plan):
    """Une section vide relève déjà de `section_vide`."""
    for section in plan.canevas.sections_redigees:
        lue = plan.section(section.code)
        if lue.texte and not lue.terminee:
            yield avertissement(
                f"La section {section.code} « {section.titre} » n’est pas marquée terminée. Relisez-la, puis "
                "répondez oui à « Avez-vous terminé cette section? ».",
                Ancre("section", section.code),
                champ="terminee",
                source="Bonne pratique : relire avant de déposer",
            )
