"""Vider une base d'essai dont des tables refusent qu'on les efface.

Entre deux essais transactionnels, la base se vide. Le `flush` de Django y mettrait des secondes : PostgreSQL refait un
fichier pour chaque table et chaque index, SQLite subit nos déclencheurs, et les deux récrivent les permissions.
Rien du produit ne sait lever un déclencheur.
"""

from contextlib import contextmanager

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from socle.declencheurs import poser, retirer
from socle.models import cibles


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


def vider():
    """Efface les lignes de toutes les tables, sauf ce que les migrations écrivent : types de contenu, permissions; et
    sème de nouveau les cibles de service, comme après elles."""
    gardees = {ContentType._meta.db_table, Permission._meta.db_table}
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - gardees)
    effacements = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            _vider_postgresql(curseur, effacements)
        else:
            _vider_sqlite(curseur, effacements)
    cibles.semer()


def _vider_postgresql(curseur, effacements):
    """Une réplique n'éveille ni déclencheur ni clé étrangère; il faut être maître de la base, qui est jetable."""
    ordres = ["SET session_replication_role = replica", *effacements, "RESET session_replication_role"]
    curseur.execute("; ".join(ordres))


def _vider_sqlite(curseur, effacements):
    with connection.constraint_checks_disabled(), transaction.atomic():
        curseur.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        declencheurs = dict(curseur.fetchall())
        retraits = [f"DROP TRIGGER {nom}" for nom in declencheurs]
        for ordre in [*retraits, *effacements, *declencheurs.values()]:
            curseur.execute(ordre)
