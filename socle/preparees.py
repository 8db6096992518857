"""Écrire une requête une fois : la même phrase SQL, d'autres valeurs (ADR 10)."""

import re
from copy import copy
from datetime import date, datetime
from functools import lru_cache, wraps
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models

from socle import horloge

PLACES = 64
CHAMPS = {
    int: models.BigIntegerField(),
    str: models.TextField(),
    date: models.DateField(),
    datetime: models.DateTimeField(),
    UUID: models.UUIDField(),
}
UNE_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Parametre(models.Value):
    """La place d'une valeur dans une requête écrite d'avance; `value` en est le nom."""

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def lier(self, valeurs, connexion):
        return self.output_field.get_db_prep_value(valeurs[self.value], connexion)


class _Ecrite:
    """Un QuerySet et sa phrase, où chaque `Parametre` attend sa valeur. Partagée entre fils : jamais modifiée."""

    def __init__(self, queryset):
        self.queryset = queryset
        self.compilateur = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        try:
            self.sql, self.places = self.compilateur.as_sql()
        except EmptyResultSet:  # une condition que rien ne remplit : Django ne demande rien à la base
            self.sql, self.places = "", ()
        if any(map(_est_une_date, self.places)):
            raise ValueError("Une date écrite dans la requête y resterait : elle se passe en valeur nommée.")

    def lire(self, valeurs):
        """Les lignes, pour ces valeurs."""
        compilateur = copy(self.compilateur)
        compilateur.connection = connexion = connections[DEFAULT_DB_ALIAS]
        liees = tuple(p.lier(valeurs, connexion) if isinstance(p, Parametre) else p for p in self.places)
        compilateur.as_sql = lambda: (self.sql, liees)
        queryset = self.queryset.all()
        queryset.query.get_compiler = lambda *args, **options: compilateur
        return list(queryset)


def _est_une_date(place):
    return isinstance(place, date) or (isinstance(place, str) and UNE_DATE.match(place) is not None)


def numerotees(cles):
    """Des clés en nombre variable, nommées pour une requête préparée; les `None` sont ignorés."""
    return {f"n{rang}": cle for rang, cle in enumerate(cle for cle in cles if cle is not None)}


def preparee(ecrire):
    """Décore une fonction `(*forme, **valeurs)` qui écrit un QuerySet : elle rend désormais la liste de ses lignes.

    La phrase s'écrit une fois par `forme` (ce qui la change : des droits, des noms de champs); les `valeurs` y sont
    liées à chaque lecture. Elle ne dépend de rien d'autre : ni du jour, ni de la personne. `lire.ecrire` rend la
    fonction d'origine, pour en partir. Lève `TypeError` pour une valeur sans place (`None` : « égal à rien » s'écrit
    autrement), `ValueError` pour une date écrite dans la phrase, `RuntimeError` si l'écrire lit le jour.
    """

    @lru_cache(maxsize=PLACES)
    def ecrite(forme, genres):
        if sans_place := [nom for nom, genre in genres if genre not in CHAMPS]:
            raise TypeError(
                f"Une requête préparée n’a pas de place pour cette valeur\u00a0: {sans_place[0]}."
            )
        with horloge.arretee():
            return _Ecrite(ecrire(*forme, **{nom: Parametre(nom, CHAMPS[genre]) for nom, genre in genres}))

    @wraps(ecrire)
    def lire(*forme, **valeurs):
        return ecrite(forme, tuple((nom, type(valeur)) for nom, valeur in valeurs.items())).lire(valeurs)

    lire.ecrire = ecrire
    return lire
