"""`manage.py suivre_les_reservations` : rappelle l'argent réservé qui finit, libère ce qui est fini. Chaque jour."""

from django.core.management.base import BaseCommand

from projets.notifications.reservations import suivre_les_reservations
from socle.texte.typographie import pluriel
from socle.valeurs.horloge import aujourd_hui


class Command(BaseCommand):
    help = (
        "Rappelle les réservations qui finissent bientôt et libère celles qui sont finies; chacune s’annonce."
    )

    def handle(self, *args, **options):
        faites = suivre_les_reservations(aujourd_hui())
        for mot, initiatives in zip(("rappelée", "libérée", "retenue"), faites, strict=True):
            self.stdout.write(f"{len(initiatives)} {mot}{pluriel(len(initiatives))}.")
