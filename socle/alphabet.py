"""L'ordre alphabétique d'ici : les accents et les majuscules ne comptent pas, sur les deux moteurs."""

import re
import unicodedata
from functools import lru_cache

SAUTS = re.compile(r"\r\n?|[\x0b\x0c\u2028\u2029]")  # le saut de ligne de Word en est un
CONTROLES = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def sans_controles(texte):
    """Un texte qu'un classeur, un courriel ou un calendrier peut porter : ni contrôle, ni renversement du sens."""
    return CONTROLES.sub("", SAUTS.sub("\n", texte))


@lru_cache(maxsize=4096)
def normaliser(texte):
    """Sans accents ni majuscules : ce qui sert à chercher, à ranger et à repérer les doublons."""
    sans_accents = unicodedata.normalize("NFKD", texte.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(sans_accents.lower().split())


def par_nom(choses):
    """Une liste rangée par nom : « Érable » entre « Drummond » et « Nicolet »."""
    return sorted(choses, key=lambda chose: normaliser(chose.nom))
