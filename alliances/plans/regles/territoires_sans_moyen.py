"""Les territoires de l’Alliance qu’aucun moyen ne touche."""

from alliances.plans.regles.constat import PRIORITES, avertissement
from alliances.plans.regles.redaction import enumerer


def territoires_sans_moyen(plan):
    """Sans aucun moyen au plan, `objectif_sans_moyen` le dit déjà."""
    touches = {code for moyen in plan.moyens for code in moyen.territoires}
    oublies = [territoire for territoire in plan.territoires if territoire.code not in touches]
    if not (plan.moyens and oublies):
        return
    noms = enumerer([f"{t.nom} (dévitalisé)" if t.devitalise else t.nom for t in oublies])
    sujet = (
        "Aucun moyen ne touche ce territoire"
        if len(oublies) == 1
        else "Aucun moyen ne touche ces territoires"
    )
    yield avertissement(
        f"{sujet} : {noms}.", PRIORITES, champ="territoires", source="Guide 2024-2029, annexe, points 2c et 6"
    )
