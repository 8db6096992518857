"""Laisser une observation sur une partie du plan : partagée, ou interne à l'administration."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from alliances.plans.forms.examen import ObservationForm
from alliances.plans.models import ObservationPlan
from alliances.plans.permissions import est_de_l_etat, peut
from alliances.plans.views.examen import entamer
from alliances.plans.views.examen_partie import afficher_partie
from alliances.plans.views.gestes import suites, version_visible
from alliances.plans.views.parties import page_de, partie_ou_404
from socle.acces import exiger
from socle.models.observations import Visibilite
from socle.pages.gestes import poser


@require_POST
def observations(request, pk):
    """Ajoute une observation; une personne de l'Alliance écrit toujours une observation partagée."""
    version = version_visible(request, pk)
    exiger(peut(request.user, "observer", version))
    de_l_etat = est_de_l_etat(request.user, version)
    contenu = version.contenu_pour(request.user)
    code = partie_ou_404(version, request.POST.get("partie", ""), contenu).code
    form = ObservationForm(request.POST, contenu=contenu, partie=code, de_l_etat=de_l_etat)
    if not form.is_valid():
        if de_l_etat:
            return afficher_partie(request, version, code, observation_form=form)
        messages.error(request, "Écrivez l’observation, puis envoyez-la.")
        return HttpResponseRedirect(_suite(request) or reverse("plans:lecture", args=[pk]))
    if de_l_etat:
        entamer(request, version)
    partagee = form.cleaned_data["visibilite"] == Visibilite.PARTAGEE
    observation = poser(
        request,
        ObservationPlan.ecrire,
        version,
        ensuite=partial(suites, evenement="observation" if partagee else ""),
        **form.cleaned_data,
    )
    if observation is None:
        return redirect("plans:lecture", pk)
    messages.success(request, "L’observation est inscrite.")
    if de_l_etat:
        ailleurs = page_de(pk, observation.ancre, contenu, endroit="observations")
    else:
        ailleurs = reverse("plans:lecture", args=[pk])
    return HttpResponseRedirect(_suite(request) or ailleurs)


def _suite(request):
    """La page d'où vient l'observation, si elle est d'ici; jamais une adresse d'ailleurs."""
    suite = request.POST.get("suite", "")
    if suite and url_has_allowed_host_and_scheme(
        suite, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return suite
    return ""
