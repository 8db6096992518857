from django.apps import AppConfig


class ProtocolesConfig(AppConfig):
    """Le protocole entre la Table et un organisme, ses versements et sa fin."""

    name = "projets.protocoles"
    label = "protocoles"
    verbose_name = "Protocoles"

    def ready(self):
        from projets.models.reservations import RENDUE
        from projets.protocoles.models import Protocole
        from socle.annonces.suites import suivre

        suivre(RENDUE, Protocole.arreter_avec_la_reservation)
