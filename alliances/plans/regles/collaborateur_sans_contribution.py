"""Chaque partenaire dit ce qu’il met en commun."""

from alliances.plans.regles.constat import avertissement
from alliances.plans.regles.redaction import enumerer


def collaborateur_sans_contribution(plan):
    """Un constat par moyen, qui nomme les partenaires."""
    for moyen in plan.moyens:
        muets = [c.nom or "un partenaire sans nom" for c in moyen.collaborateurs if not c.contribution]
        if muets:
            yield avertissement(
                f"Pour le {moyen.designation}, précisez la contribution de : {enumerer(muets)}.",
                moyen.ancre,
                champ="collaborateurs",
                source="Guide 2024-2029, §4.2 et annexe, point 9",
            )
