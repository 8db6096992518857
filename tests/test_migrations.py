"""Une base bâtie par les migrations est celle des modèles, où courent tous les autres essais."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)
MIGREE = "alliances_migree"
# Les migrations de Django donnent à cette table de liaison une clé plus longue que ses modèles.
PAS_A_NOUS = ("django_migrations", "auth_group_permissions")


@pytest.fixture
def migree(tmp_path):
    """Une connexion à une base vide que `manage.py migrate` vient de bâtir, sur le moteur des essais."""
    if connection.vendor == "postgresql":
        nom, adresse = MIGREE, os.environ["DATABASE_URL"].replace("/essais?", f"/{MIGREE}?")
        _hors_base(f"DROP DATABASE IF EXISTS {MIGREE}", f"CREATE DATABASE {MIGREE}")
    else:
        nom = str(tmp_path / "migree.sqlite3")
        adresse = f"sqlite:///{nom}"
    subprocess.run(
        [sys.executable, settings.RACINE / "manage.py", "migrate", "--verbosity", "0"],
        env=os.environ | {"DATABASE_URL": adresse, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        check=True,
    )
    connexion = connection.copy()
    connexion.settings_dict = connection.settings_dict | {"NAME": nom}
    yield connexion
    connexion.close()
    if connection.vendor == "postgresql":
        _hors_base(f"DROP DATABASE {MIGREE}")


def _hors_base(*phrases):
    with connection._nodb_cursor() as curseur:
        for phrase in phrases:
            curseur.execute(phrase)


def tables(connexion):
    """{table: (colonnes, contraintes)}; les noms qu'on ne choisit pas n'y sont pas."""
    lues = {}
    with connexion.cursor() as curseur:
        for table in connexion.introspection.table_names(curseur):
            colonnes = connexion.introspection.get_table_description(curseur, table)
            contraintes = connexion.introspection.get_constraints(curseur, table)
            lues[table] = (
                {(c.name, str(c.type_code), c.null_ok, c.internal_size) for c in colonnes},
                sorted(
                    (str(c["columns"]), c["unique"], str(c["foreign_key"]), c["check"])
                    for c in contraintes.values()
                ),
                {nom for nom, c in contraintes.items() if c["check"] and not nom.startswith("__")},
            )
    return {table: lue for table, lue in lues.items() if table not in PAS_A_NOUS}


def test_les_migrations_batissent_la_base_des_modeles(migree):
    attendues, baties = tables(connection), tables(migree)
    assert baties.keys() == attendues.keys()
    assert {table: lue for table, lue in baties.items() if lue != attendues[table]} == {}
