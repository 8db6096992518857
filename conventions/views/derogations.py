"""Accorder une dérogation à un versement, et la révoquer tant qu'elle n'a pas servi."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from alliances.plans.forms.gestes import MotifForm
from conventions.models import Derogation
from conventions.views.echeances import confirmer, echeance_visible
from socle.pages.gestes import donnees_de


@require_http_methods(["GET", "HEAD", "POST"])
def derogation(request, pk):
    echeance = echeance_visible(request, pk)
    return confirmer(
        request,
        echeance,
        droit="deroger",
        geste=partial(Derogation.accorder, echeance),
        form=MotifForm(donnees_de(request), aide="Toutes les personnes qui voient ce versement le liront."),
        gabarit="derogation",
        libelle="Accorder la dérogation",
        fait="La dérogation est accordée. Elle vaut pour ce versement seulement.",
        empechements=echeance.empechements_a_deroger(),
        evenement="derogation",
        retards=echeance.retards(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def revocation(request, pk):
    derogation = get_object_or_404(Derogation.objects.visibles_par(request.user), pk=pk)
    return confirmer(
        request,
        echeance_visible(request, derogation.echeance_id),
        droit="deroger",
        geste=derogation.revoquer,
        gabarit="revocation",
        libelle="Révoquer la dérogation",
        fait="La dérogation est révoquée.",
        empechements=derogation.empechements_a_revoquer(),
        evenement="revocation",
        genre_action="danger",
        derogation=derogation,
    )
