from django.apps import AppConfig


class ProjetsConfig(AppConfig):
    """Les initiatives financées, de la demande à la clôture."""

    name = "projets"
    label = "projets"
    verbose_name = "Initiatives"

    def ready(self):
        from alliances.models.releve import mandat_confie
        from conventions.models.resiliation import avant_de_resilier, promesses_terminees
        from projets.attentes import cibles, demandes, etude, evaluations
        from projets.models.reservations import verrouiller_celles
        from projets.notifications.appels import APPELS
        from projets.notifications.demandes import DEMANDES
        from projets.notifications.evaluations import reserves_de_l_evaluation
        from projets.notifications.organismes import annoncer_l_engagement
        from projets.notifications.reservations import suivre_la_resiliation
        from socle.annonces import attentes, notifications
        from socle.annonces.suites import suivre
        from socle.models import cibles as etapes

        for fournisseur in (demandes, etude, evaluations):
            attentes.offrir(fournisseur.taches)
        etapes.offrir(cibles.CIBLES)
        notifications.offrir(APPELS, DEMANDES)
        suivre("engagement", annoncer_l_engagement)
        avant_de_resilier.connect(verrouiller_celles)
        promesses_terminees.connect(suivre_la_resiliation)
        mandat_confie.connect(reserves_de_l_evaluation)
