from django.apps import AppConfig
from django.db.backends.signals import connection_created

from socle.valeurs import alphabet


class SocleConfig(AppConfig):
    """Le sol de la maison : utilisateurs, journal, pièces, formats. Ne connaît aucune autre pièce."""

    name = "socle"
    label = "socle"
    verbose_name = "Socle"

    def ready(self):
        connection_created.connect(alphabet.enseigner, dispatch_uid="alphabet")
