"""Ce qui a changé à un appel depuis sa publication, tel que son journal le garde : quand, quoi, et pourquoi."""

from dataclasses import dataclass
from datetime import date, datetime

from socle.texte.typographie import date_heure, date_longue

FERMETURE, REPONSE, RENCONTRE = "fermeture", "réponse promise au plus tard le", "rencontre d’information"


@dataclass(frozen=True)
class Changement:
    """`dits` : une phrase par chose changée."""

    le: datetime
    dits: tuple
    motif: str


def changements(lignes):
    """Les mêmes lignes du journal, en phrases."""
    return [
        Changement(ligne.inscrite_le, tuple(_dits(ligne.avant, ligne.apres)), ligne.motif) for ligne in lignes
    ]


def _dits(avant, apres):
    for quoi, neuf in apres.items():
        if quoi == FERMETURE:
            yield f"Prolongé jusqu’au {_moment(neuf)}. La fermeture était le {_moment(avant[quoi])}."
        elif quoi == REPONSE:
            yield f"Réponse promise au plus tard le {_jour(neuf)}. C’était le {_jour(avant[quoi])}."
        elif quoi == RENCONTRE:
            yield (
                f"Rencontre d’information\xa0: {neuf}." if neuf else "La rencontre d’information est annulée."
            )
        else:
            yield f"Texte corrigé\xa0: {quoi}."


def _moment(ecrit):
    return date_heure(datetime.fromisoformat(ecrit)).removeprefix("le ")


def _jour(ecrit):
    return date_longue(date.fromisoformat(ecrit))
