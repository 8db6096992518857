from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    """La convention et l’argent du Ministère : parties, enveloppes, échéances, versements."""

    name = "conventions"
    label = "conventions"
    verbose_name = "Conventions"

    def ready(self):
        from conventions.attentes import taches_des_versements
        from conventions.notifications import liberer_et_prevenir
        from socle.attentes import offrir
        from socle.suites import suivre

        offrir(taches_des_versements)
        suivre("plan-approuve", liberer_et_prevenir)
