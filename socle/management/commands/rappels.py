"""`manage.py rappels` : rappelle les échéances, avant et après, une fois chacune. À lancer chaque jour."""

from django.core.management.base import BaseCommand

from socle.annonces.rappels import rappeler
from socle.valeurs.horloge import aujourd_hui


class Command(BaseCommand):
    help = "Rappelle les échéances de chaque pièce à qui c’est le tour, une fois par palier."

    def handle(self, *args, **options):
        envoyes = rappeler(aujourd_hui())
        accord = "s" if envoyes > 1 else ""
        self.stdout.write(f"{envoyes} rappel{accord} envoyé{accord}.")
