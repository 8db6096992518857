"""Vider une base d'essai dont des tables refusent qu'on les efface.

Entre deux essais transactionnels, la base se vide. Le `flush` de Django y mettrait des secondes : PostgreSQL refait un
fichier pour chaque table et chaque index, SQLite subit nos déclencheurs, et les deux récrivent les permissions.
"""

from contextlib import contextmanager
from importlib import import_module

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from alliances.plans.models import Instantane
from conventions.models import InstantaneConvention, Prolongation
from socle.declencheurs import degeler, geler, poser, retirer
from socle.models import LigneChainee

FIGEES = import_module("conventions.migrations.0004_repartitions_adoptees_figees")


def tables_immuables():
    journaux = [m for m in apps.get_models() if issubclass(m, LigneChainee)]
    figees = [Instantane, InstantaneConvention, Prolongation]
    return [modele._meta.db_table for modele in [*journaux, *figees]]


@contextmanager
def sans_declencheurs():
    """Retire les déclencheurs des tables immuables, puis les repose."""
    with connection.schema_editor(atomic=False) as editeur:
        for table in tables_immuables():
            retirer(editeur, table)
        for table, cas in FIGEES.GELEES.items():
            degeler(editeur, table, cas)
    try:
        yield
    finally:
        with connection.schema_editor(atomic=False) as editeur:
            for table in tables_immuables():
                poser(editeur, table)
            for table, cas in FIGEES.GELEES.items():
                geler(editeur, table, cas, FIGEES.REFUS)


def vider():
    """Efface les lignes de toutes les tables, sauf ce que les migrations écrivent : types de contenu et permissions."""
    gardees = {ContentType._meta.db_table, Permission._meta.db_table}
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - gardees)
    effacements = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            _vider_postgresql(curseur, effacements)
        else:
            _vider_sqlite(curseur, effacements)


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
