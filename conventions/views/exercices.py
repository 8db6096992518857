"""La porte commune des pages d'un exercice : le trouver, poser un geste, dire ce qui l'empêche."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_list_or_404, get_object_or_404
from django.urls import reverse

from conventions.models import Enveloppe
from socle.pages.gestes import poser
from socle.valeurs.exercice import Exercice


def exercice_de(convention, an):
    """L'exercice de cette convention; 404 s'il n'en est pas."""
    return get_object_or_404(convention.exercices.all(), an=an)


def arbre_de(convention, an):
    """Les enveloppes d'un exercice, avec leurs soldes; 404 si rien n'est ouvert."""
    return get_list_or_404(Enveloppe.objects.de_l_arbre(convention, an).avec_soldes())


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


def accomplir(request, geste, *args, fait="", annoncer=None, **options):
    """Pose un geste (voir `socle.pages.gestes.poser`) et dit qu'il est fait.

    `annoncer` (voir `notifications`) reçoit ce que rend le geste, dans sa transaction.
    """
    resultat = poser(request, geste, *args, ensuite=annoncer, **options)
    if resultat and fait:
        messages.success(request, fait)
    return resultat
