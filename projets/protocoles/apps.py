from django.apps import AppConfig


class ProtocolesConfig(AppConfig):
    """Le protocole entre la Table et un organisme, ses versements et sa fin."""

    name = "projets.protocoles"
    label = "protocoles"
    verbose_name = "Protocoles"

    def ready(self):
        from conventions.models.clotures import offrir_les_dettes
        from conventions.models.resiliation import promesses_terminees
        from projets.attentes.etude import reunir
        from projets.models.reservations import RENDUE
        from projets.protocoles.attentes import cibles, dates, suivi, table
        from projets.protocoles.models import Protocole
        from projets.protocoles.models.remboursements import dettes_de
        from projets.protocoles.notifications.transmission import suivre_la_resiliation
        from projets.protocoles.notifications.vie import PROTOCOLES
        from projets.protocoles.views.offres import offerts
        from projets.protocoles.views.suites import suites
        from projets.views.offres import dire_la_suite, offrir
        from socle.annonces import agendas, notifications
        from socle.annonces.suites import suivre
        from socle.models import cibles as etapes

        notifications.offrir(PROTOCOLES)
        offrir_les_dettes(dettes_de)
        promesses_terminees.connect(suivre_la_resiliation)
        suivre(RENDUE, Protocole.arreter_avec_la_reservation)
        reunir(suivi.lots, table.lues, suivi.GESTES, cibles.ETAPES)
        etapes.offrir(cibles.CIBLES)
        agendas.offrir(dates.a_l_agenda)
        offrir(offerts)
        dire_la_suite(suites)
