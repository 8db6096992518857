"""L'identité d'un organisme partie : l'Alliance demande, le Ministère accepte ou refuse."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliances.forms.organismes import IdentiteForm
from alliances.models import Alliance, DemandeIdentite
from alliances.models.mandats import droits_de
from alliances.notifications import annoncer_identite
from alliances.permissions import (
    TIENNENT_LE_REPERTOIRE,
    peut_decider_de_l_identite,
    peut_demander_l_identite,
)
from alliances.views.organismes import adresse_de, organisme_visible
from socle.acces import exiger
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, page_de_geste


def demande(request, pk):
    """Ce que l'Alliance demande; rien ne change avant que le Ministère accepte."""
    organisme = organisme_visible(request, pk)
    exiger(peut_demander_l_identite(request.user, organisme))
    tenues = droits_de(request.user).alliances(TIENNENT_LE_REPERTOIRE) & organisme.alliances_qui_decrivent()
    alliance = Alliance.objects.filter(pk__in=tenues).order_by("-cycle__debut", "pk").first()
    enregistre = organisme_visible(request, pk)
    return page_de_geste(
        request,
        partial(DemandeIdentite.demander, enregistre, alliance=alliance),
        refus=None,
        form=IdentiteForm(donnees_de(request), instance=organisme),
        gabarit="alliances/identite_demande.html",
        ensuite=partial(annoncer_identite, evenement="demande"),
        libelle="Demander le changement",
        fait="La demande est envoyée au Ministère.",
        titre="Demander un changement d’identité",
        **_page(enregistre),
    )


def acceptation(request, pk):
    identite = _demande(request, pk)
    return page_de_geste(
        request,
        identite.accepter,
        refus=peut_decider_de_l_identite(request.user),
        empechements=identite.empechements_a_decider_par(request.user),
        gabarit="alliances/identite_acceptation.html",
        ensuite=partial(annoncer_identite, evenement="acceptee"),
        libelle="Accepter le changement",
        fait="L’identité est changée; les versements autorisés à cet organisme attendent une nouvelle autorisation.",
        demande=identite,
        **_page(identite.organisme),
    )


def refus(request, pk):
    identite = _demande(request, pk)
    return page_de_geste(
        request,
        identite.refuser,
        refus=peut_decider_de_l_identite(request.user),
        form=MotifForm(donnees_de(request), aide="L’Alliance qui a demandé le lira."),
        empechements=identite.empechements_a_decider_par(request.user),
        gabarit="alliances/identite_acceptation.html",
        ensuite=partial(annoncer_identite, evenement="refusee"),
        libelle="Refuser le changement",
        fait="La demande est refusée; l’identité ne change pas.",
        danger=True,
        demande=identite,
        **_page(identite.organisme),
    )


def retrait(request, pk):
    identite = _demande(request, pk)
    return page_de_geste(
        request,
        identite.retirer,
        refus=peut_demander_l_identite(request.user, identite.organisme),
        empechements=identite.empechements_a_decider(),
        gabarit="alliances/identite_acceptation.html",
        libelle="Retirer la demande",
        fait="La demande est retirée; l’identité ne change pas.",
        danger=True,
        demande=identite,
        **_page(identite.organisme),
    )


def _demande(request, pk):
    visibles = DemandeIdentite.objects.visibles_par(request.user)
    return get_object_or_404(visibles.select_related("organisme", "alliance", "demandee_par"), pk=pk)


def _page(organisme):
    return {
        "organisme": organisme,
        "objet_en_mots": str(organisme),
        "etapes": [
            ("Organismes", reverse("alliances:organismes")),
            (str(organisme), adresse_de(organisme)),
        ],
        "retour": adresse_de(organisme),
    }
