from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Le plan d’action régional concerté, de sa rédaction à son approbation."""

    name = "alliances.plans"
    label = "plans"
    verbose_name = "Plans d’action"

    def ready(self):
        from alliances.plans.attentes import taches
        from alliances.plans.models import VersionPlan
        from alliances.plans.notifications import PLANS, rappeler
        from alliances.plans.tours import CIBLES
        from socle.annonces import attentes, notifications, rappels
        from socle.annonces.suites import suivre
        from socle.models import cibles

        attentes.offrir(taches)
        cibles.offrir(CIBLES)
        rappels.offrir(rappeler)
        notifications.offrir(PLANS)
        suivre("alliances", VersionPlan.objects.rafraichir_pour)
