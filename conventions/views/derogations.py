"""Accorder une dérogation à un versement, et la révoquer tant qu'elle n'a pas servi."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from conventions.models import Derogation
from conventions.notifications.versements import annoncer_versement
from conventions.permissions import peut
from conventions.views.echeances import echeance_visible, reperes
from socle.formulaires.revision import MotifSurUneEmpreinte
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.empreintes import empreinte


@require_http_methods(["GET", "HEAD", "POST"])
def derogation(request, pk):
    echeance = echeance_visible(request, pk)
    return page_de_geste(
        request,
        partial(Derogation.accorder, echeance),
        refus=peut(request.user, "deroger", echeance.convention),
        form=MotifSurUneEmpreinte(
            donnees_de(request),
            vue=empreinte(echeance.retards()),
            aide="Toutes les personnes qui voient ce versement le liront.",
        ),
        gabarit="conventions/versements/derogation.html",
        libelle="Accorder la dérogation",
        fait="La dérogation est accordée. Elle vaut pour ce versement seulement.",
        empechements=echeance.empechements_a_deroger_par(request.user),
        ensuite=partial(annoncer_versement, evenement="derogation"),
        retards=echeance.retards(),
        **reperes(echeance),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def revocation(request, pk):
    derogation = get_object_or_404(Derogation.objects.visibles_par(request.user), pk=pk)
    echeance = echeance_visible(request, derogation.echeance_id)
    return page_de_geste(
        request,
        derogation.revoquer,
        refus=peut(request.user, "deroger", echeance.convention),
        gabarit="conventions/versements/revocation.html",
        libelle="Révoquer la dérogation",
        fait="La dérogation est révoquée.",
        empechements=derogation.empechements_a_revoquer(),
        ensuite=partial(annoncer_versement, evenement="revocation"),
        danger=True,
        derogation=derogation,
        **reperes(echeance),
    )
