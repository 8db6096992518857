"""`manage.py ouvrier` : vide la file de travaux, survit à un redémarrage de la base et donne signe de vie."""

import logging
import threading
import time

from django.core.management.base import BaseCommand
from django.db import Error, InterfaceError, OperationalError, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from socle.models import Ouvrier

journal = logging.getLogger(__name__)
BATTEMENT = 30  # secondes entre deux signes de vie
ATTENTE = 5  # secondes avant de chercher de nouveau la base
FILE = {"queue_names": ["*"], "excluded_queue_names": [], "backend_name": "default", "max_tasks": None}


class Travailleur(Worker):
    """L'ouvrier de la bibliothèque, qui recommence quand la base disparaît."""

    def run(self):
        threading.Thread(target=self._vivre, daemon=True).start()
        while self.running:
            try:
                return super().run()
            except (OperationalError, InterfaceError):
                journal.exception("La base ne répond pas; nouvel essai dans %s secondes.", ATTENTE)
                connection.close()
                time.sleep(ATTENTE)

    def _vivre(self):
        while self.running:
            self.battre()
            connection.close()
            time.sleep(BATTEMENT)

    def battre(self):
        """Donne signe de vie et remet en file ce que d'autres ont laissé en plan."""
        try:
            Ouvrier.objects.battre(self.worker_id)
            Ouvrier.objects.reprendre_les_travaux()
        except Error:
            journal.exception("Pas de signe de vie.")


class Command(BaseCommand):
    help = "Vide la file de travaux\u00a0: courriels et documents."

    def add_arguments(self, parser):
        parser.add_argument("--une-fois", action="store_true", help="S’arrête quand la file est vide.")

    def handle(self, *args, **options):
        if not options["verbosity"]:
            logging.getLogger("django_tasks").setLevel(logging.ERROR)
            logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
        une_fois, identifiant = options["une_fois"], get_random_string(32)
        ouvrier = Travailleur(
            worker_id=identifiant, interval=1, batch=une_fois, startup_delay=not une_fois, **FILE
        )
        ouvrier.configure_signals()
        ouvrier.run()
