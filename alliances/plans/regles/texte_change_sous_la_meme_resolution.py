"""Un texte corrigé après l’adoption, redéposé sous la résolution d’avant."""

from alliances.plans.regles.constat import ADOPTION, avertissement
from alliances.plans.regles.redaction import en_lettres


def texte_change_sous_la_meme_resolution(plan):
    if not (plan.est_corrige and plan.adoptee_le and plan.modifie_le):
        return
    if plan.adoptee_le < plan.modifie_le:
        yield avertissement(
            f"Le texte a changé depuis la résolution {plan.resolution} du {en_lettres(plan.adoptee_le)}\u00a0: la "
            "Table n’a pas adopté ces changements. Inscrivez une nouvelle résolution, ou joignez en annexe ce qui les "
            "permet.",
            ADOPTION,
            source="Guide 2024-2029, §4.2",
        )
