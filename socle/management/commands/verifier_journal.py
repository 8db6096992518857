"""`manage.py verifier_journal` : parcourt les chaînes et nomme la première ligne brisée."""

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from socle.models.chaines import premiere_rupture
from socle.models.journal import LigneDeJournal


class Command(BaseCommand):
    help = "Vérifie que chaque chaîne de journal est intacte; s’arrête à la première rupture."

    def handle(self, *args, **options):
        journaux = [modele for modele in apps.get_models() if issubclass(modele, LigneDeJournal)]
        lignes = 0
        for modele in journaux:
            if rupture := premiere_rupture(modele):
                raise CommandError(f"Journal rompu. {rupture}")
            lignes += modele.objects.count()
        self.stdout.write(f"Journal intact : {lignes} lignes vérifiées dans {len(journaux)} tables.")
