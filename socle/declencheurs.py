"""Déclencheurs de base de données : ce qui est écrit une fois ne se réécrit ni ne s'efface, même en SQL."""

from django.db import migrations

FONCTION_PG = """
CREATE OR REPLACE FUNCTION refuser_reecriture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'La table % est immuable : % refusé.', TG_TABLE_NAME, TG_OP;
END $$
"""


def poser(schema_editor, table):
    """Pose le refus de UPDATE et DELETE sur une table, dans la langue du moteur."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FONCTION_PG, params=None)  # Sans quoi « % » serait un paramètre.
        schema_editor.execute(
            f"CREATE TRIGGER {table}_immuable BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuser_reecriture()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        schema_editor.execute(
            f"CREATE TRIGGER {table}_immuable_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'La table {table} est immuable : {action} refusé.'); END"
        )


def retirer(schema_editor, table):
    """Retire ce que `poser` a posé (retour en arrière d'une migration, ménage d'une base d'essai)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_immuable ON {table}")
        return
    for action in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_immuable_{action}")


def interdire_reecriture(*tables):
    """L'opération de migration qui rend ces tables immuables."""

    def aller(apps, schema_editor):
        for table in tables:
            poser(schema_editor, table)

    def retour(apps, schema_editor):
        for table in tables:
            retirer(schema_editor, table)

    return migrations.RunPython(aller, retour)


def geler(schema_editor, table, cas, refus):
    """Refuse INSERT, UPDATE ou DELETE aux lignes que leur condition désigne : {action: condition sur OLD ou NEW}."""
    for action, condition in cas.items():
        nom = f"{table}_gelee_{action.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            rendue = "OLD" if action == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {nom}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{refus}'; END IF; RETURN {rendue}; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {nom} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {nom}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {nom} BEFORE {action} ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{refus}'); END"
            )


def degeler(schema_editor, table, cas):
    """Retire ce que `geler` a posé."""
    for action in cas:
        nom = f"{table}_gelee_{action.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {nom} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {nom}()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {nom}")
