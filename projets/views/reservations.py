"""L'argent réservé : y renoncer, le garder plus longtemps, le reprendre."""

from functools import partial

from projets.forms.reservations import LiberationForm, ProlongationDeReservationForm
from projets.models import reservations
from projets.notifications.reservations import (
    annoncer_la_liberation,
    annoncer_la_prolongation,
    annoncer_le_desistement,
)
from projets.views.decisions import page
from projets.views.reperes import demande_visible
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de


def desistement(request, pk):
    initiative = demande_visible(request, pk)
    return page(
        request,
        initiative,
        partial(reservations.desister, initiative),
        "desister",
        form=MotifForm(donnees_de(request), aide="La Table le lira."),
        ensuite=annoncer_le_desistement,
        gabarit="projets/decisions/desistement.html",
        libelle="Me désister",
        reserve=initiative.affectations.total(),
        fait="Le désistement est inscrit\xa0: l’argent réservé retourne à la Table.",
        empechements=reservations.empechements_a_desister_par(initiative, request.user),
        danger=True,
    )


def prolongation(request, pk):
    initiative = demande_visible(request, pk)
    return page(
        request,
        initiative,
        partial(reservations.prolonger_la_reservation, initiative),
        "prolonger-reservation",
        form=ProlongationDeReservationForm(donnees_de(request), aide="L’organisme le lira."),
        ensuite=annoncer_la_prolongation,
        gabarit="projets/decisions/reservation_prolongation.html",
        libelle="Prolonger la réservation",
        fait="La réservation est prolongée.",
        empechements=reservations.empechements_a_prolonger(initiative),
    )


def liberation(request, pk):
    initiative = demande_visible(request, pk)
    return page(
        request,
        initiative,
        partial(reservations.liberer_la_reservation, initiative),
        "liberer-reservation",
        form=LiberationForm(donnees_de(request), aide="L’organisme le lira."),
        ensuite=annoncer_la_liberation,
        gabarit="projets/decisions/reservation_liberation.html",
        libelle="Libérer la réservation",
        fait="La réservation est libérée\xa0: l’argent est retourné aux enveloppes.",
        empechements=reservations.empechements_a_liberer(initiative),
        danger=True,
    )
