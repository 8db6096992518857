"""`manage.py liberer_versements` : libère les versements dont la condition se lit. À lancer chaque jour."""

from django.core.management.base import BaseCommand
from django.db import transaction

from conventions.notifications.versements import liberer_et_prevenir


class Command(BaseCommand):
    help = "Libère les versements prévus dont la date est venue, ou dont le plan est approuvé."

    @transaction.atomic
    def handle(self, *args, **options):
        nombre = len(liberer_et_prevenir())
        accord = "s" if nombre > 1 else ""
        self.stdout.write(f"{nombre} versement{accord} libéré{accord}.")
