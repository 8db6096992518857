"""La base est hostile elle aussi : sans ordre demandé, elle en rend un autre; une date ne se devine pas.

SQLite rend d'ordinaire les lignes dans l'ordre où elles furent écrites et range une chaîne où l'on attend une date :
une page y paraît juste qui, sur PostgreSQL, changerait d'un jour à l'autre. Deux coutures de l'ORM suffisent :
`QuerySet._fetch_all`, par où passe toute requête lue en entier, et `get_prep_value`, par où passe toute valeur
donnée à un champ, qu'elle s'écrive ou se compare.
"""

import os
from datetime import datetime
from random import Random

from django.db.models import DateField, DateTimeField, QuerySet

GRAINE = os.environ.setdefault("GRAINE", str(Random().randrange(10_000)))  # les ouvriers de xdist en héritent
ALEA = Random()


class DateDevinee(AssertionError):
    """Une chaîne, un jour ou un instant sont donnés à un champ qui n'est pas de leur sorte."""


def semer(essai):
    """Chaque essai a son désordre, le même d'une fois à l'autre pour une même graine."""
    ALEA.seed(f"{GRAINE} {essai}")


def en_desordre(lire):
    """Mélange ce qu'une requête sans ordre vient de lire."""

    def _fetch_all(requete):
        a_lire = requete._result_cache is None
        lire(requete)
        if a_lire and not requete.ordered:
            ALEA.shuffle(requete._result_cache)

    return _fetch_all


def sans_deviner(preparer):
    """Refuse ce que Django convertirait sans le dire : « 2025-04-01 », ou un instant là où il faut un jour."""

    def get_prep_value(champ, valeur):
        voulu_instant = isinstance(champ, DateTimeField)
        if isinstance(valeur, str) or (
            hasattr(valeur, "year") and isinstance(valeur, datetime) is not voulu_instant
        ):
            raise DateDevinee(f"{champ} reçoit {valeur!r} ({type(valeur).__name__}).")
        return preparer(champ, valeur)

    return get_prep_value


def poser(mp):
    """Pose les deux coutures, le temps des essais."""
    mp.setattr(QuerySet, "_fetch_all", en_desordre(QuerySet._fetch_all))
    for champ in (DateField, DateTimeField):
        mp.setattr(champ, "get_prep_value", sans_deviner(champ.get_prep_value))
