"""Vider une base d'essai dont des tables refusent qu'on les efface.

Entre deux essais transactionnels, Django vide les tables; SQLite le fait par DELETE, que nos déclencheurs
refusent. On les retire le temps du ménage, puis on les repose : les essais, eux, les subissent toujours.
"""

from contextlib import contextmanager
from importlib import import_module

from django.apps import apps
from django.db import connection

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
