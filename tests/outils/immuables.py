"""Vider une base d'essai dont des tables refusent qu'on les efface.

Entre deux essais transactionnels, Django vide les tables, ce que nos déclencheurs refusent. On les retire le temps du
ménage, puis on les repose : les essais, eux, les subissent toujours. Rien du produit ne sait le faire.
"""

from contextlib import contextmanager

from django.db import connection

from socle.declencheurs import poser, retirer


@contextmanager
def sans_declencheurs():
    """Retire les déclencheurs, puis les repose; PostgreSQL sait les taire pour sa connexion, d'une phrase."""
    if connection.vendor == "postgresql":
        with connection.cursor() as curseur:
            curseur.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            with connection.cursor() as curseur:
                curseur.execute("SET session_replication_role = DEFAULT")
        return
    retirer(connection)
    try:
        yield
    finally:
        poser(connection)
