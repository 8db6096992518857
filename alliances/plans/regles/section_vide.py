"""Une section sans texte."""

from alliances.plans.regles.constat import Ancre, avertissement, erreur


def section_vide(plan):
    """Une section que le §4.2 exige bloque le dépôt; une section seulement proposée avertit."""
    for section in plan.canevas.sections_redigees:
        if plan.section(section.code).texte:
            continue
        ancre = Ancre("section", section.code)
        nom = f"La section {section.code} « {section.titre} »"
        if section.requise:
            yield erreur(
                f"{nom} est vide, et le guide l’exige. Quelques phrases suffisent pour commencer.",
                ancre,
                source=section.source,
            )
        else:
            yield avertissement(
                f"{nom} est vide. Le canevas la propose : dites au moins pourquoi elle ne s’applique pas.",
                ancre,
                source=section.source,
            )
