"""L'ordre alphabétique d'ici : les accents et les majuscules ne comptent pas, sur les deux moteurs."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def normaliser(texte):
    """Sans accents ni majuscules : ce qui sert à chercher, à ranger et à repérer les doublons."""
    sans_accents = unicodedata.normalize("NFKD", texte.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(sans_accents.lower().split())


def par_nom(choses):
    """Une liste rangée par nom : « Érable » entre « Drummond » et « Nicolet »."""
    return sorted(choses, key=lambda chose: normaliser(chose.nom))
