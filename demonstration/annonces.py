"""Les notifications de la démonstration : le vrai geste, aux dates du récit."""

from datetime import timedelta

from django.utils import timezone

from alliances.plans.notifications import annoncer_plan
from socle.models import Courriel, Notification

RECENT = timedelta(45)  # au-delà, une notification de la démonstration est tenue pour lue


def annoncer(version, evenement, *, par, le):
    """Prévient les personnes concernées; le courriel est tenu pour parti à la date du récit. Retourne la version."""
    dater(annoncer_plan(version, evenement, par=par), le)
    return version


def dater(nouvelles, le):
    """Ces notifications datent de cet instant, et leur courriel aussi."""
    lue_le = le if timezone.now() - le > RECENT else None
    Notification.objects.filter(pk__in=[n.pk for n in nouvelles]).update(creee_le=le, lue_le=lue_le)
    Courriel.objects.filter(notifications__in=nouvelles).update(cree_le=le, envoye_le=le)
