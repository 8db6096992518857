from importlib import import_module

from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Qui et où : cycles, régions, territoires, organismes, gouvernance, mandats."""

    name = "alliances"
    label = "alliances"
    verbose_name = "Alliances"

    def ready(self):
        from alliances import attentes as siennes
        from alliances.notifications import ECHEANCES, dire_l_identite_changee
        from socle.annonces import attentes, notifications
        from socle.annonces.suites import suivre

        import_module("alliances.travaux")  # le courriel d'invitation s'y inscrit
        attentes.offrir(siennes.taches)
        notifications.offrir(ECHEANCES)
        suivre("identite", dire_l_identite_changee)
