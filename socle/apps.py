from django.apps import AppConfig


class SocleConfig(AppConfig):
    """Le sol de la maison : utilisateurs, journal, pièces, formats. Ne connaît aucune autre pièce."""

    name = "socle"
    label = "socle"
    verbose_name = "Socle"
