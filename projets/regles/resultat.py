"""Ce qu'un appel a donné, dit au public une fois les réponses parties."""

from socle.texte.typographie import pluriel, pourcent


def resultat_en_mots(resultat):
    """« 7 demandes déposées, 3 acceptées (43 %) »; rien avant les réponses. `resultat` : (déposées, acceptées)."""
    if resultat is None:
        return ""
    deposees, acceptees = resultat
    part = pourcent(round(100 * acceptees / deposees))
    return (
        f"{deposees} demande{pluriel(deposees)} déposée{pluriel(deposees)},"
        f" {acceptees} acceptée{pluriel(acceptees)} ({part})"
    )
