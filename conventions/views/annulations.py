"""Annuler la confirmation d'un virement inscrit par erreur."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from alliances.plans.forms.gestes import MotifForm
from conventions.models import Versement
from conventions.views.echeances import confirmer, echeance_visible
from socle.pages.gestes import donnees_de


@require_http_methods(["GET", "HEAD", "POST"])
def annulation(request, pk):
    visibles = Versement.objects.visibles_par(request.user).select_related("annulation")
    versement = get_object_or_404(visibles, pk=pk)
    echeance = echeance_visible(request, versement.echeance_id)
    return confirmer(
        request,
        echeance,
        droit="annuler-confirmation",
        geste=partial(echeance.annuler_confirmation, versement=versement),
        form=MotifForm(
            donnees_de(request),
            aide="Ce qui était faux : la date, la référence ou le montant. L’Alliance le lira.",
        ),
        gabarit="annulation",
        libelle="Annuler la confirmation",
        fait="La confirmation est annulée. Le versement est de nouveau autorisé, à confirmer.",
        empechements=echeance.empechements_a_annuler_la_confirmation(versement),
        evenement="annulation",
        genre_action="danger",
        versement=versement,
    )
