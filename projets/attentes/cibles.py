"""Les étapes de l'étude et leur cible de service."""

from datetime import timedelta

CIBLES = {  # étape → (libellé, jours d'origine)
    "initiative-juger": ("Juger l’admissibilité d’une demande", 20),
    "initiative-avis": ("Inscrire un avis sur une initiative", 30),
    "initiative-decision": ("Inscrire la décision d’une initiative", 30),
}
ETAPES = {  # geste → étape; désigner un circuit est du même délai que juger, qu'il précède
    "fixer-palier": "initiative-juger",
    "juger": "initiative-juger",
    "rendre-avis": "initiative-avis",
    "decider": "initiative-decision",
    "suivante": "initiative-decision",
    "repondre-revision": "initiative-decision",
}


def pour_quand(geste, depuis, promise, cibles):
    """La fin de la cible de service, ou la réponse promise si elle vient avant; `None` sans l'une ni l'autre."""
    cible = cibles.get(ETAPES.get(geste))
    dates = [promise, None if cible is None else depuis + timedelta(days=cible)]
    return min((jour for jour in dates if jour), default=None)
