"""Les déclencheurs : posés par les migrations sur chaque table d'histoire, retirables et reposables."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, migrations, transaction

from alliances.models import JournalAlliance
from socle.declencheurs import interdire_reecriture, poser, retirer
from tests.outils.immuables import tables_immuables

TABLE = "alliances_journalalliance"


def changer():
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(f"UPDATE {TABLE} SET motif = 'x'")


def noter():
    with transaction.atomic():
        JournalAlliance.noter(alliance=None, par=None, geste="essai", objet="x")


def test_chaque_table_d_histoire_est_nommee():
    assert sorted(tables_immuables()) == [
        "alliances_journalalliance",
        "conventions_annulationversement",
        "conventions_ecriture",
        "conventions_instantaneconvention",
        "conventions_journalconvention",
        "conventions_prolongation",
        "conventions_recuperation",
        "conventions_versement",
        "plans_instantane",
        "plans_journalplan",
    ]


@pytest.mark.django_db
def test_les_migrations_ont_pose_les_declencheurs_de_chaque_table():
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            curseur.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
            attendus = {f"{table}_immuable" for table in tables_immuables()}
        else:
            curseur.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            attendus = {f"{t}_immuable_{a}" for t in tables_immuables() for a in ("update", "delete")}
        poses = {nom for (nom,) in curseur.fetchall()}
        assert {nom for nom in poses if "_immuable" in nom} == attendus


@pytest.mark.django_db(transaction=True)
def test_retires_puis_reposes_ils_refusent_de_nouveau():
    noter()
    with pytest.raises(DatabaseError, match=rf"{TABLE} est immuable\s: UPDATE refusé"):
        changer()
    with connection.schema_editor(atomic=False) as editeur:
        retirer(editeur, TABLE)
        retirer(editeur, TABLE)
    changer()
    with connection.schema_editor(atomic=False) as editeur:
        poser(editeur, TABLE)
    with pytest.raises(DatabaseError, match="immuable"):
        changer()


@pytest.mark.django_db(transaction=True)
def test_l_operation_de_migration_va_et_revient():
    operation = interdire_reecriture(TABLE)
    assert isinstance(operation, migrations.RunPython)
    noter()
    with connection.schema_editor(atomic=False) as editeur:
        operation.reverse_code(apps, editeur)
    changer()
    with connection.schema_editor(atomic=False) as editeur:
        operation.code(apps, editeur)
    with pytest.raises(DatabaseError, match="immuable"):
        changer()
