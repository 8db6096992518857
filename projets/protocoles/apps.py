from django.apps import AppConfig


def suivre_la_resiliation(*, references, par, **_):
    """La convention prend fin : ce qu'elle ne garde plus finit avec elle, dans la même transaction."""
    from projets.protocoles.models import Protocole

    Protocole.suivre_la_resiliation(references, par=par)


class ProtocolesConfig(AppConfig):
    """Le protocole entre la Table et un organisme, ses versements et sa fin."""

    name = "projets.protocoles"
    label = "protocoles"
    verbose_name = "Protocoles"

    def ready(self):
        from conventions.models.resiliation import promesses_terminees
        from projets.models.reservations import RENDUE
        from projets.protocoles.models import Protocole
        from projets.protocoles.notifications.vie import PROTOCOLES
        from projets.protocoles.views.offres import offerts
        from projets.views.offres import offrir
        from socle.annonces import notifications
        from socle.annonces.suites import suivre

        notifications.offrir(PROTOCOLES)
        promesses_terminees.connect(suivre_la_resiliation)
        suivre(RENDUE, Protocole.arreter_avec_la_reservation)
        offrir(offerts)
