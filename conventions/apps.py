from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    """La convention et l’argent du Ministère : parties, enveloppes, échéances, versements."""

    name = "conventions"
    label = "conventions"
    verbose_name = "Conventions"

    def ready(self):
        from conventions.attentes import taches
        from socle.attentes import offrir

        offrir(taches)
