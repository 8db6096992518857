"""`manage.py fermer_les_appels` : ferme les appels dont l'heure est passée. À lancer chaque heure."""

from django.core.management.base import BaseCommand
from django.db import transaction

from projets.notifications.appels import fermer_et_prevenir


class Command(BaseCommand):
    help = "Ferme les appels dont l’heure est passée, grâce comprise, et prévient qui les suit."

    @transaction.atomic
    def handle(self, *args, **options):
        nombre = len(fermer_et_prevenir())
        accord = "s" if nombre > 1 else ""
        self.stdout.write(f"{nombre} appel{accord} fermé{accord}.")
