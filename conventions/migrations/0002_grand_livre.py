"""Le grand livre ne se réécrit pas, et la base tient elle-même le solde de chaque enveloppe."""

from django.db import migrations

from socle.declencheurs import interdire_reecriture

COMPTES = ("convenu", "recu", "alloue", "reserve", "engage", "verse")
CUMULS = ", ".join(
    f"{compte} = {compte} + CASE WHEN NEW.compte = '{compte}' THEN NEW.montant ELSE 0 END" for compte in COMPTES
)
OUVRIR = (
    f"INSERT INTO conventions_solde (enveloppe_id, {', '.join(COMPTES)}) "
    f"VALUES (NEW.id, {', '.join('0' for _ in COMPTES)})"
)
CUMULER = f"UPDATE conventions_solde SET {CUMULS} WHERE enveloppe_id = NEW.enveloppe_id"
DECLENCHEURS = {
    "solde_ouvrir": ("conventions_enveloppe", OUVRIR),
    "solde_cumuler": ("conventions_ecriture", CUMULER),
}


def poser(apps, schema_editor):
    for nom, (table, action) in DECLENCHEURS.items():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {nom}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {action}; RETURN NULL; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {nom} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {nom}()"
            )
        else:
            schema_editor.execute(f"CREATE TRIGGER {nom} AFTER INSERT ON {table} BEGIN {action}; END")


def retirer(apps, schema_editor):
    for nom, (table, _) in DECLENCHEURS.items():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {nom} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {nom}()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {nom}")


class Migration(migrations.Migration):
    dependencies = [("conventions", "0001_initial")]
    operations = [
        interdire_reecriture("conventions_ecriture", "conventions_journalconvention"),
        interdire_reecriture("conventions_prolongation"),
        migrations.RunPython(poser, retirer),
    ]
