from django.apps import AppConfig


class PilotageConfig(AppConfig):
    """Le toit : ce qui m’attend, le calendrier, le portrait national."""

    name = "pilotage"
    label = "pilotage"
    verbose_name = "Pilotage"
