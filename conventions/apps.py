from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    """La convention et l’argent du Ministère : parties, enveloppes, échéances, versements."""

    name = "conventions"
    label = "conventions"
    verbose_name = "Conventions"

    def ready(self):
        from conventions.attentes import conventions, obligations, repartitions, transferts, versements
        from conventions.notifications.conventions import CONVENTIONS
        from conventions.notifications.rappels import rappeler
        from conventions.notifications.versements import VERSEMENTS, liberer_et_prevenir
        from socle.annonces import attentes, notifications, rappels
        from socle.annonces.suites import suivre

        for fournisseur in (conventions, obligations, versements, repartitions, transferts):
            attentes.offrir(fournisseur.taches)
        rappels.offrir(rappeler)
        notifications.offrir(CONVENTIONS, VERSEMENTS)
        suivre("plan-approuve", liberer_et_prevenir)
