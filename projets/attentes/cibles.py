"""Les étapes de l'étude et leur cible de service; le retard se compte en base comme il se lit."""

from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils.timezone import make_aware

from socle.valeurs.delais import PASSEE
from socle.valeurs.horloge import aujourd_hui

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
}


def pour_quand(geste, depuis, promise, cibles):
    """La fin de la cible de service, ou la réponse promise si elle vient avant; `None` sans l'une ni l'autre."""
    cible = cibles[ETAPES[geste]]
    dates = [promise, None if cible is None else depuis + timedelta(days=cible)]
    return min((jour for jour in dates if jour), default=None)


def en_retard(cibles):
    """La condition de ce retard, pour une initiative `avec_prochain_geste`."""
    jour = aujourd_hui()
    retards = Q(**{f"appel__decision_promise_le__{PASSEE}": jour})
    for geste, etape in ETAPES.items():
        if cibles[etape] is not None:
            limite = make_aware(datetime.combine(jour - timedelta(days=cibles[etape]), time.min))
            retards |= Q(**{"prochain": geste, f"depuis__{PASSEE}": limite})
    return retards
