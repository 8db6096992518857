from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    """La convention et l’argent du Ministère : parties, enveloppes, échéances, versements."""

    name = "conventions"
    label = "conventions"
    verbose_name = "Conventions"

    def ready(self):
        from conventions.attentes import conventions, obligations, transferts, versements
        from conventions.notifications.rappels import rappeler
        from conventions.notifications.versements import liberer_et_prevenir
        from socle.annonces import attentes, rappels
        from socle.annonces.suites import suivre

        for fournisseur in (conventions, obligations, versements, transferts):
            attentes.offrir(fournisseur.taches)
        rappels.offrir(rappeler)
        suivre("plan-approuve", liberer_et_prevenir)
