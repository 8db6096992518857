from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Qui et où : cycles, régions, territoires, organismes, gouvernance, mandats."""

    name = "alliances"
    label = "alliances"
    verbose_name = "Alliances"

    def ready(self):
        from alliances import travaux  # noqa: F401 (le courriel d'invitation s'inscrit)
        from alliances.notifications import ECHEANCES
        from socle.annonces import notifications

        notifications.offrir(ECHEANCES)
