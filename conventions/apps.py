from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    """La convention et l’argent du Ministère : parties, enveloppes, échéances, versements."""

    name = "conventions"
    label = "conventions"
    verbose_name = "Conventions"

    def ready(self):
        from conventions.attentes import conventions, versements
        from conventions.notifications.versements import liberer_et_prevenir
        from socle.attentes import offrir
        from socle.suites import suivre

        offrir(conventions.taches)
        offrir(versements.taches)
        suivre("plan-approuve", liberer_et_prevenir)
