from django.apps import AppConfig


class ProjetsConfig(AppConfig):
    """Les initiatives financées, de la demande à la clôture."""

    name = "projets"
    label = "projets"
    verbose_name = "Initiatives"
