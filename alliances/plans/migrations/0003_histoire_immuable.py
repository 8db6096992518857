"""Le journal et les instantanés du plan ne se réécrivent pas, même en SQL."""

from django.db import migrations

from socle.declencheurs import interdire_reecriture


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_initial")]
    operations = [interdire_reecriture("plans_journalplan", "plans_instantane")]
