"""`manage.py courriels` : envoie les résumés du jour et renvoie ce qui n'est pas parti. À lancer chaque jour."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from socle.annonces.notifications import renvoyer, resumer
from socle.models import Courriel
from socle.models.notifications import RENVOI_AU_PLUS


class Command(BaseCommand):
    help = "Envoie les résumés quotidiens et renvoie les courriels de la dernière semaine qui ne sont pas partis."

    def handle(self, *args, **options):
        recents = Courriel.objects.filter(cree_le__gte=timezone.now() - RENVOI_AU_PLUS)
        renvoyes, resumes = renvoyer(recents), resumer()
        self.stdout.write(f"Résumés\u00a0: {resumes}. Courriels renvoyés\u00a0: {renvoyes}.")
