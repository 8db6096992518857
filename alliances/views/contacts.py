"""Les personnes à joindre d'une Alliance."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliances.forms.gouvernance import ContactForm
from alliances.models import Contact
from alliances.views.portes import alliance_decrite, confirmer_le_retrait, saisie, saisir


def _retour(slug):
    return reverse("alliances:fiche", args=[slug]) + "#contacts"


def _contact(alliance, pk):
    return get_object_or_404(Contact, pk=pk, alliance=alliance)


def ajout(request, slug):
    alliance = alliance_decrite(request, slug)
    return saisir(
        request,
        ContactForm(saisie(request), instance=Contact(alliance=alliance)),
        alliance=alliance,
        titre="Ajouter une personne à joindre",
        retour=_retour(slug),
        fait="La personne à joindre est ajoutée.",
    )


def contact(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    return saisir(
        request,
        ContactForm(saisie(request), instance=_contact(alliance, pk)),
        alliance=alliance,
        titre="Modifier une personne à joindre",
        retour=_retour(slug),
        fait="La personne à joindre est modifiée.",
    )


def retrait(request, slug, pk):
    alliance = alliance_decrite(request, slug)
    return confirmer_le_retrait(
        request,
        _contact(alliance, pk),
        alliance=alliance,
        titre="Retirer une personne à joindre",
        retour=_retour(slug),
        fait="La personne à joindre est retirée.",
    )
