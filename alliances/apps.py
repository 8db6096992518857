from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Qui et où : cycles, régions, territoires, organismes, gouvernance, mandats."""

    name = "alliances"
    label = "alliances"
    verbose_name = "Alliances"
