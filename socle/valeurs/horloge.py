"""Le jour au Québec : une échéance tombe à minuit à Québec, pas à Greenwich."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_VOULU = ContextVar("instant_voulu", default=None)


@contextmanager
def a_l_instant(moment):
    """Le temps d'un bloc, `maintenant` et `aujourd_hui` sont ceux-là : voir une page comme elle se lira ce jour-là."""
    jeton = _VOULU.set(moment)
    try:
        yield
    finally:
        _VOULU.reset(jeton)


def maintenant():
    """L'instant présent, ou celui où l'on s'est placé."""
    return _VOULU.get() or timezone.now()


def aujourd_hui():
    """La date d'aujourd'hui dans le fuseau du service."""
    return timezone.localdate(maintenant())


def jour_de(instant):
    """La date locale d'un instant."""
    return timezone.localtime(instant).date()
