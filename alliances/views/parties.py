"""Les parties à l'Alliance : signataires, cosignataires, fiduciaire, et leur résolution."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliances.forms.gouvernance import PartieForm
from alliances.models import PartieAlliance
from alliances.models.changements import empechements_a_retirer, retirer
from alliances.views.portes import RETRAIT, alliance_decrite, reperes, saisie
from socle.pages.gestes import donnees_de, page_de_geste


def _retour(slug):
    return reverse("alliances:fiche", args=[slug]) + "#parties"


def _partie(alliance, pk):
    return get_object_or_404(PartieAlliance.objects.select_related("organisme"), pk=pk, alliance=alliance)


def ajout(request, slug):
    alliance = alliance_decrite(request, slug)
    form = PartieForm(donnees_de(request), instance=PartieAlliance(alliance=alliance))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Ajouter une partie à l’Alliance",
        fait="La partie est ajoutée.",
        **saisie(form, alliance, _retour(slug)),
    )


def partie(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    form = PartieForm(donnees_de(request), instance=_partie(alliance, pk))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Modifier une partie à l’Alliance",
        fait="La partie est modifiée.",
        **saisie(form, alliance, _retour(slug)),
    )


def retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _partie(alliance, pk)
    return page_de_geste(
        request,
        partial(retirer, fiche),
        empechements=empechements_a_retirer(fiche),
        titre="Retirer une partie à l’Alliance",
        fait="La partie est retirée; l’organisme reste au répertoire.",
        objet=fiche,
        **RETRAIT | reperes(alliance, _retour(slug)),
    )
