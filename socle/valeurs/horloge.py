"""Le jour au Québec : une échéance tombe à minuit à Québec, pas à Greenwich."""

from django.utils import timezone


def aujourd_hui():
    """La date d'aujourd'hui dans le fuseau du service."""
    return timezone.localdate()


def jour_de(instant):
    """La date locale d'un instant."""
    return timezone.localtime(instant).date()
