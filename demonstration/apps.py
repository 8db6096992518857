from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """Le contenu de la démonstration et son chargement; jamais en production."""

    name = "demonstration"
    label = "demonstration"
    verbose_name = "Démonstration"
