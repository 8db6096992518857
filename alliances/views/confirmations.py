"""La seconde personne d'un rôle qui lie : confirmer un mandat, ou joindre la résolution qui en tient lieu."""

from functools import partial

from django.shortcuts import get_object_or_404

from alliances.forms.mandats import ResolutionForm
from alliances.models import Mandat, ResolutionDeMandat
from alliances.models.mandats import PORTEES
from alliances.models.releve import appuyer, confirmer
from alliances.notifications import annoncer_la_confirmation
from alliances.permissions import peut_confirmer, peut_gerer
from alliances.views.mandats import CE_QUE_FAIT, reperes
from socle.pages.gestes import envoye, page_de_geste
from socle.pages.pieces import telechargement

resolution_jointe = telechargement(ResolutionDeMandat)


def _mandat(request, pk):
    visibles = Mandat.objects.visibles_par(request.user)
    return get_object_or_404(visibles.select_related("utilisateur", "nomme_par", *PORTEES), pk=pk)


def confirmation(request, pk):
    mandat = _mandat(request, pk)
    refus = peut_confirmer(request.user, mandat) if mandat.est_a_confirmer else None
    return page_de_geste(
        request,
        partial(confirmer, mandat),
        refus=refus,
        empechements=mandat.empechements_a_confirmer_par(request.user),
        ensuite=annoncer_la_confirmation,
        libelle="Confirmer le mandat",
        fait=f"Le mandat est confirmé\u00a0: {mandat.utilisateur}, {mandat}.",
        **_page(mandat, "alliances/mandat_confirmation.html"),
    )


def resolution(request, pk):
    mandat = _mandat(request, pk)
    return page_de_geste(
        request,
        partial(appuyer, mandat),
        refus=peut_gerer(request.user, mandat),
        form=ResolutionForm(*envoye(request)),
        empechements=mandat.empechements_a_appuyer_par(request.user),
        ensuite=annoncer_la_confirmation,
        libelle="Joindre la résolution",
        fait=f"La résolution est jointe, le mandat vaut dès maintenant\u00a0: {mandat.utilisateur}, {mandat}.",
        **_page(mandat, "alliances/mandat_resolution.html"),
    )


def _page(mandat, gabarit):
    return {
        "gabarit": gabarit,
        "mandat": mandat,
        "ce_que_fait": CE_QUE_FAIT[mandat.role],
        **reperes(),
    }
