"""Les personnes à joindre d'une Alliance."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliances.forms.gouvernance import ContactForm
from alliances.models import Contact
from alliances.models.changements import empechements_a_retirer, retirer
from alliances.views.portes import RETRAIT, alliance_decrite, reperes, saisie
from socle.pages.gestes import donnees_de, page_de_geste


def _retour(slug):
    return reverse("alliances:fiche", args=[slug]) + "#contacts"


def _contact(alliance, pk):
    return get_object_or_404(Contact, pk=pk, alliance=alliance)


def ajout(request, slug):
    alliance = alliance_decrite(request, slug)
    form = ContactForm(donnees_de(request), instance=Contact(alliance=alliance))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Ajouter une personne à joindre",
        fait="La personne à joindre est ajoutée.",
        **saisie(form, alliance, _retour(slug)),
    )


def contact(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    form = ContactForm(donnees_de(request), instance=_contact(alliance, pk))
    return page_de_geste(
        request,
        form.enregistrer,
        titre="Modifier une personne à joindre",
        fait="La personne à joindre est modifiée.",
        **saisie(form, alliance, _retour(slug)),
    )


def retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    fiche = _contact(alliance, pk)
    return page_de_geste(
        request,
        partial(retirer, fiche),
        empechements=empechements_a_retirer(fiche),
        titre="Retirer une personne à joindre",
        fait="La personne à joindre est retirée.",
        objet=fiche,
        **RETRAIT | reperes(alliance, _retour(slug)),
    )
