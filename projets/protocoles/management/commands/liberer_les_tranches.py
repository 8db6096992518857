"""`manage.py liberer_les_tranches` : libère les versements aux organismes dont la date est venue. Chaque jour."""

from django.core.management.base import BaseCommand

from projets.protocoles.models import Tranche
from socle.texte.typographie import pluriel


class Command(BaseCommand):
    help = "Libère les versements aux organismes que leur date libère."

    def handle(self, *args, **options):
        nombre = len(Tranche.liberer_ce_qui_est_du())
        self.stdout.write(f"{nombre} versement{pluriel(nombre)} libéré{pluriel(nombre)}.")
