"""Le jour au Québec : une échéance tombe à minuit à Québec, pas à Greenwich."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_ARRETEE = ContextVar("horloge arrêtée", default=False)


def aujourd_hui():
    """La date d'aujourd'hui dans le fuseau du service."""
    if _ARRETEE.get():
        raise RuntimeError("Ce qui s’écrit pour longtemps ne lit pas le jour.")
    return timezone.localdate()


def jour_de(instant):
    """La date locale d'un instant."""
    return timezone.localtime(instant).date()


@contextmanager
def arretee():
    """Pendant qu'on écrit ce qui vaudra demain aussi : lire le jour y lève `RuntimeError`."""
    jeton = _ARRETEE.set(True)
    try:
        yield
    finally:
        _ARRETEE.reset(jeton)
