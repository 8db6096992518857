"""Les parties à l'Alliance : signataires, cosignataires, fiduciaire, et leur résolution."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliances.forms.gouvernance import PartieForm
from alliances.models import PartieAlliance
from alliances.views.portes import alliance_decrite, confirmer_le_retrait, saisie, saisir


def _retour(slug):
    return reverse("alliances:fiche", args=[slug]) + "#parties"


def _partie(alliance, pk):
    return get_object_or_404(PartieAlliance.objects.select_related("organisme"), pk=pk, alliance=alliance)


def ajout(request, slug):
    alliance = alliance_decrite(request, slug)
    return saisir(
        request,
        PartieForm(saisie(request), instance=PartieAlliance(alliance=alliance)),
        alliance=alliance,
        titre="Ajouter une partie à l’Alliance",
        retour=_retour(slug),
        fait="La partie est ajoutée.",
    )


def partie(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    return saisir(
        request,
        PartieForm(saisie(request), instance=_partie(alliance, pk)),
        alliance=alliance,
        titre="Modifier une partie à l’Alliance",
        retour=_retour(slug),
        fait="La partie est modifiée.",
    )


def retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    return confirmer_le_retrait(
        request,
        _partie(alliance, pk),
        alliance=alliance,
        titre="Retirer une partie à l’Alliance",
        retour=_retour(slug),
        fait="La partie est retirée; l’organisme reste au répertoire.",
    )
