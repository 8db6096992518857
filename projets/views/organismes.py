"""Mes organismes : qui en est, ce qu'on y a demandé; demander à engager le sien."""

from functools import partial

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.forms.mandats import ResolutionForm
from alliances.models import DemandeDAdhesion, DemandeDEngagement, Organisme
from alliances.models.adhesions import des_membres, organismes_de
from alliances.notifications import annoncer_la_demande
from projets.permissions import peut
from projets.views.reperes import demande_visible, reperes
from socle.pages.gestes import envoye, page_de_geste


@require_safe
def mes_organismes(request):
    """Ceux où la personne rédige ou engage, qui en est, et ce qu'elle a demandé."""
    siens = Organisme.objects.filter(pk__in=organismes_de(request.user)).select_related("territoire")
    return render(
        request,
        "projets/organismes.html",
        {
            "organismes": [(o, des_membres(o).select_related("utilisateur")) for o in siens],
            "adhesions": _demandees(DemandeDAdhesion, request.user),
            "engagements": _demandees(DemandeDEngagement, request.user),
        },
    )


def _demandees(modele, personne):
    return modele.objects.filter(demandee_par=personne).select_related("organisme", "decidee_par")


def engagement(request, pk):
    """Demander à engager l'organisme de cette demande : la Table de l'appel répond."""
    initiative = demande_visible(request, pk)
    organisme = initiative.organisme
    return page_de_geste(
        request,
        partial(DemandeDEngagement.demander, organisme, alliance=initiative.alliance),
        refus=peut(request.user, "rediger", initiative),
        form=ResolutionForm(*envoye(request)),
        empechements=DemandeDEngagement.empechements_a_demander(organisme, request.user),
        ensuite=annoncer_la_demande,
        gabarit="projets/demande/engagement.html",
        libelle="Envoyer la résolution",
        titre="Demander à engager mon organisme",
        fait="La résolution est envoyée à la Table. Un courriel vous dira la réponse.",
        **reperes(initiative) | {"retour": reverse("projets:mes_organismes")},
    )
