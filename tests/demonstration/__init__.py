"""Ce que la démonstration raconte, et les documents qu'elle fait; elle s'y charge une seule fois."""

from io import StringIO

from django.core.management import call_command
from django.test import override_settings


def charger():
    sortie = StringIO()
    with override_settings(DEBUG=True, DEMONSTRATION=True):
        call_command("charger_demonstration", stdout=sortie)
    return sortie.getvalue()
