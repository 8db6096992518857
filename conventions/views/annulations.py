"""Annuler la confirmation d'un virement inscrit par erreur."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from conventions.models import Versement
from conventions.notifications.versements import annoncer_versement
from conventions.permissions import peut
from conventions.views.echeances import echeance_visible, reperes
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, page_de_geste


@require_http_methods(["GET", "HEAD", "POST"])
def annulation(request, pk):
    visibles = Versement.objects.visibles_par(request.user).select_related("annulation")
    versement = get_object_or_404(visibles, pk=pk)
    echeance = echeance_visible(request, versement.echeance_id)
    return page_de_geste(
        request,
        partial(echeance.annuler_confirmation, versement=versement),
        refus=peut(request.user, "annuler-confirmation", echeance.convention),
        form=MotifForm(
            donnees_de(request),
            aide="Ce qui était faux : la date, la référence ou le montant. L’Alliance le lira.",
        ),
        gabarit="conventions/versements/annulation.html",
        libelle="Annuler la confirmation",
        fait="La confirmation est annulée. Le versement est de nouveau autorisé, à confirmer.",
        empechements=echeance.empechements_a_annuler_la_confirmation(versement),
        ensuite=partial(annoncer_versement, evenement="annulation"),
        danger=True,
        versement=versement,
        **reperes(echeance),
    )
