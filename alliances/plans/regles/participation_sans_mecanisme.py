"""La participation des personnes en situation de pauvreté à la gouvernance."""

from alliances.plans.regles.constat import PARTICIPATION, avertissement, erreur
from alliances.plans.regles.redaction import abreger

AXE_GOUVERNANCE = "gouvernance"
SOURCE = "Guide 2024-2029, §4.2 et annexe, point 1d"


def participation_sans_mecanisme(plan):
    """Un mécanisme ou une modalité propre sur l’axe de la gouvernance; « aucune action », motivée, avertit seulement.

    Les projets et le bénévolat sont d’autres axes : ils n’y répondent pas.
    """
    lignes = [ligne for ligne in plan.participation if ligne.axe == AXE_GOUVERNANCE]
    if any(ligne.forme or ligne.modalite_propre for ligne in lignes):
        return
    motif = next((ligne.aucune_action_motif for ligne in lignes if ligne.aucune_action_motif), "")
    if motif:
        yield avertissement(
            "La fiche de l’Alliance déclare « aucune action » pour la participation à la gouvernance "
            f"(motif : « {abreger(motif)} »). Prévoyez au moins une première étape pendant le cycle.",
            PARTICIPATION,
            source=SOURCE,
        )
    else:
        yield erreur(
            "Décrivez au moins un mécanisme qui donne aux personnes en situation de pauvreté ou d’exclusion "
            "sociale une place dans la gouvernance, ou déclarez « aucune action » avec son motif.",
            PARTICIPATION,
            source=SOURCE,
        )
