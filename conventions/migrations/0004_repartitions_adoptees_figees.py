"""Une répartition adoptée et ses lignes ne changent plus : elles disent d'où vient un mouvement du grand livre."""

from django.db import migrations

from socle.declencheurs import degeler, geler

REFUS = "Une répartition adoptée ne change plus, ni ses lignes."


def _adoptee(ligne):
    return (
        "EXISTS (SELECT 1 FROM conventions_repartition r "
        f"WHERE r.id = {ligne}.repartition_id AND r.etat = 'adoptee')"
    )


# L'ordre des tables est celui où on les vide : les lignes avant leur répartition.
GELEES = {
    "conventions_lignerepartition": {
        "INSERT": _adoptee("NEW"),
        "UPDATE": f"{_adoptee('OLD')} OR {_adoptee('NEW')}",
        "DELETE": _adoptee("OLD"),
    },
    "conventions_repartition": {"UPDATE": "OLD.etat = 'adoptee'", "DELETE": "OLD.etat = 'adoptee'"},
}


def figer(apps, schema_editor):
    for table, cas in GELEES.items():
        geler(schema_editor, table, cas, REFUS)


def defiger(apps, schema_editor):
    for table, cas in GELEES.items():
        degeler(schema_editor, table, cas)


class Migration(migrations.Migration):
    dependencies = [("conventions", "0003_annulation_d_un_virement")]
    operations = [migrations.RunPython(figer, defiger)]
