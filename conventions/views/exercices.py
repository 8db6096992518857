"""La porte commune des pages d'un exercice : trouver la convention, poser un geste, dire ce qui l'empêche."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from conventions.models import Convention, Enveloppe
from socle.erreurs import ErreurDuDomaine
from socle.exercice import Exercice


def convention_visible(request, pk):
    """La convention et son Alliance, si la personne la voit; sinon 404."""
    conventions = Convention.objects.visibles_par(request.user).select_related("alliance__cycle")
    return get_object_or_404(conventions, pk=pk)


def exercice_de(convention, an):
    """L'exercice de cette convention; 404 s'il n'en est pas."""
    return get_object_or_404(convention.exercices.all(), an=an)


def arbre_de(convention, an):
    """Les enveloppes d'un exercice, avec leurs soldes, en une requête; 404 si rien n'est ouvert."""
    arbre = list(Enveloppe.objects.de_l_arbre(convention, an).avec_soldes())
    if not arbre:
        raise Http404
    return arbre


def page_de_l_exercice(convention, an):
    """L'adresse des enveloppes d'un exercice."""
    return f"{reverse('conventions:enveloppes', args=[convention.pk])}?{urlencode({'exercice': an})}"


def reperes(convention, an):
    """Ce que toute page d'un exercice montre : où l'on est, et comment revenir."""
    return {
        "convention": convention,
        "an": an,
        "exercice": Exercice(an),
        "retour": page_de_l_exercice(convention, an),
    }


def donnees_de(request):
    """Ce qui est envoyé, même vide; `None` à la lecture, pour que le formulaire ne juge rien."""
    return request.POST if request.method == "POST" else None


def accomplir(request, geste, *args, fait="", form=None, annoncer=None, **options):
    """Pose un geste; retourne ce qu'il rend, ou `None` après avoir montré chaque empêchement.

    Avec un formulaire, les empêchements y deviennent des erreurs : la page qui le remontre garde la saisie.
    `annoncer` (voir `notifications`) reçoit ce que rend le geste, dans sa transaction.
    """
    try:
        with transaction.atomic():
            resultat = geste(*args, par=request.user, **options)
            if annoncer:
                annoncer(resultat, par=request.user)
    except (ErreurDuDomaine, ValidationError) as refus:
        for phrase in _phrases(refus):
            if form is None:
                messages.error(request, phrase)
            else:
                form.add_error(None, phrase)
        return None
    if fait:
        messages.success(request, fait)
    return resultat


def _phrases(refus):
    """Les phrases d'un refus du domaine ou de la validation d'un modèle."""
    return getattr(refus, "empechements", None) or getattr(refus, "messages", None) or [str(refus)]
