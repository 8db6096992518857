from django.apps import AppConfig


class ProjetsConfig(AppConfig):
    """Les initiatives financées, de la demande à la clôture."""

    name = "projets"
    label = "projets"
    verbose_name = "Initiatives"

    def ready(self):
        from projets.notifications.appels import APPELS
        from projets.notifications.demandes import DEMANDES
        from socle.annonces import notifications

        notifications.offrir(APPELS, DEMANDES)
