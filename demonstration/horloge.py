"""L'horloge du récit : chaque geste se joue à sa date, avec les refus et le journal de ce jour-là."""

from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.utils import timezone

_maintenant = timezone.now


def instant(jour, heure=10):
    """L'instant de ce jour; jamais dans le futur."""
    return min(timezone.make_aware(datetime.combine(jour, time(heure))), _maintenant())


def ouvrable(jour):
    """Ce jour, ou le lundi qui suit une fin de semaine."""
    return jour + timedelta({5: 2, 6: 1}.get(jour.weekday(), 0))


def vrai_jour():
    """Aujourd'hui à l'horloge du poste, même au milieu d'un récit."""
    return timezone.localtime(_maintenant()).date()


def il_y_a(jours):
    """Ce jour-là, compté depuis aujourd'hui à l'horloge du poste, ou le lundi qui suit."""
    return ouvrable(vrai_jour() - timedelta(jours))


def est_venu(jour):
    return jour <= vrai_jour()


@contextmanager
def au(jour, heure=10):
    """Pendant ce bloc, il est cette heure ce jour-là : le domaine lit toujours l'heure par `timezone.now`."""
    actuelle, le = timezone.now, instant(jour, heure)
    timezone.now = lambda: le
    try:
        yield
    finally:
        timezone.now = actuelle
