"""Une adoption datée avant la dernière modification du texte."""

from alliances.plans.regles.constat import ADOPTION, avertissement
from alliances.plans.regles.redaction import en_lettres


def adoption_avant_le_texte(plan):
    """Après un retour, `texte_change_sous_la_meme_resolution` le dit autrement."""
    if plan.est_corrige or not (plan.adoptee_le and plan.modifie_le):
        return
    if plan.adoptee_le < plan.modifie_le:
        yield avertissement(
            f"Le plan a été modifié le {en_lettres(plan.modifie_le)}, après son adoption du "
            f"{en_lettres(plan.adoptee_le)}. Vérifiez que la Table a adopté ce texte.",
            ADOPTION,
            source="Guide 2024-2029, §4.2",
        )
