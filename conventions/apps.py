from django.apps import AppConfig


class ConventionsConfig(AppConfig):
    """La convention et l’argent du Ministère : parties, enveloppes, échéances, versements."""

    name = "conventions"
    label = "conventions"
    verbose_name = "Conventions"

    def ready(self):
        from conventions.attentes import (
            cibles,
            conventions,
            obligations,
            previsions,
            remises,
            versements,
        )
        from conventions.attentes.enjeux import ce_que_le_plan_libere
        from conventions.notifications.conventions import CONVENTIONS
        from conventions.notifications.identites import dire_le_changement
        from conventions.notifications.rappels import rappeler
        from conventions.notifications.versements import VERSEMENTS, liberer_et_prevenir
        from socle.annonces import attentes, enjeux, notifications, rappels
        from socle.annonces import previsions as dates
        from socle.annonces.suites import suivre
        from socle.models import cibles as etapes

        for fournisseur in (conventions, obligations, versements, remises):
            attentes.offrir(fournisseur.taches)
        dates.offrir(previsions.a_venir)
        rappels.offrir(rappeler)
        notifications.offrir(CONVENTIONS, VERSEMENTS)
        enjeux.offrir("plan", ce_que_le_plan_libere)
        etapes.offrir(cibles.CIBLES)
        suivre("plan-approuve", liberer_et_prevenir)
        suivre("identite", dire_le_changement)
