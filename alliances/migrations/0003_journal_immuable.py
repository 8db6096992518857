"""Le journal de l'Alliance ne se réécrit pas, même en SQL."""

from django.db import migrations

from socle.declencheurs import interdire_reecriture


class Migration(migrations.Migration):
    dependencies = [("alliances", "0002_initial")]
    operations = [interdire_reecriture("alliances_journalalliance")]
