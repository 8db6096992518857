"""Accorder une dérogation à un versement, et la révoquer tant qu'elle n'a pas servi."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from alliances.plans.forms.gestes import MotifForm
from conventions.models import Derogation
from conventions.permissions import peut
from conventions.views.echeances import accomplir, confirmer, echeance_visible
from socle.acces import exiger


@require_http_methods(["GET", "HEAD", "POST"])
def derogation(request, pk):
    echeance = echeance_visible(request, pk)
    return confirmer(
        request,
        echeance,
        droit="deroger",
        geste=partial(Derogation.accorder, echeance),
        formulaire=lambda donnees: MotifForm(
            donnees, aide="Toutes les personnes qui voient ce versement le liront."
        ),
        gabarit="derogation",
        libelle="Accorder la dérogation",
        fait="La dérogation est accordée. Elle vaut pour ce versement seulement.",
        empechements=echeance.empechements_a_deroger(),
        evenement="derogation",
        retards=echeance.retards(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def revocation(request, pk):
    visibles = Derogation.objects.visibles_par(request.user).select_related("echeance__convention__alliance")
    derogation = get_object_or_404(visibles, pk=pk)
    echeance = derogation.echeance
    exiger(peut(request.user, "deroger", echeance.convention))
    if request.method == "POST":
        if accomplir(request, derogation.revoquer, [echeance], evenement="revocation"):
            messages.success(request, "La dérogation est révoquée.")
        return redirect("conventions:echeance", echeance.pk)
    return render(
        request,
        "conventions/versements/revocation.html",
        {
            "derogation": derogation,
            "echeance": echeance,
            "form": None,
            "empechements": derogation.empechements_a_revoquer(),
            "libelle_action": "Révoquer la dérogation",
            "genre_action": "danger",
            "url_annuler": reverse("conventions:echeance", args=[echeance.pk]),
        },
    )
