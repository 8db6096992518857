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

# Un versement : échéance autorisée, par quelqu'un d'autre que qui recommande ou autorise, jamais plus que son montant.
PERMIS = (
    "EXISTS (SELECT 1 FROM conventions_echeanceversement e WHERE e.id = NEW.echeance_id AND e.etat = 'autorisee' "
    "AND e.autorisee_par_id <> NEW.par_id AND e.recommandee_par_id <> NEW.par_id AND e.montant >= NEW.montant + "
    "(SELECT COALESCE(SUM(v.montant), 0) FROM conventions_versement v WHERE v.echeance_id = NEW.echeance_id))"
)
REFUS = "Versement refusé : échéance non autorisée ou déjà versée, ou confirmée par qui la recommande ou l’autorise."


def garder_les_versements(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE OR REPLACE FUNCTION versement_permis() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF NOT {PERMIS} THEN RAISE EXCEPTION '{REFUS}'; END IF; RETURN NEW; END $$"
        )
        schema_editor.execute(
            "CREATE TRIGGER versement_permis BEFORE INSERT ON conventions_versement "
            "FOR EACH ROW EXECUTE FUNCTION versement_permis()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER versement_permis BEFORE INSERT ON conventions_versement WHEN NOT {PERMIS} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUS}'); END"
        )


def ne_plus_garder_les_versements(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS versement_permis ON conventions_versement")
        schema_editor.execute("DROP FUNCTION IF EXISTS versement_permis()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS versement_permis")


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
        interdire_reecriture(
            "conventions_ecriture",
            "conventions_journalconvention",
            "conventions_instantaneconvention",
            "conventions_prolongation",
            "conventions_versement",
            "conventions_recuperation",
        ),
        migrations.RunPython(poser, retirer),
        migrations.RunPython(garder_les_versements, ne_plus_garder_les_versements),
    ]
