"""La porte des pages d'une convention : la trouver, et ce que montre la page de tout geste posé sur elle."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from conventions.models import Convention


def convention_visible(request, pk, *avec, jointe="alliance", **annotations):
    """La convention et son Alliance; 404 si la personne ne la voit pas.

    `avec` : les relations chargées d'avance; `jointe`, « alliance__cycle » quand la page lit aussi le cycle.
    """
    visibles = Convention.objects.visibles_par(request.user).select_related(jointe)
    return get_object_or_404(visibles.prefetch_related(*avec).annotate(**annotations), pk=pk)


def adresse(convention, ancre=""):
    return reverse("conventions:convention", args=[convention.pk]) + ancre


def reperes(convention):
    """Où l'on est, de quoi il s'agit, où revenir."""
    alliance, retour = convention.alliance, adresse(convention)
    return {
        "convention": convention,
        "alliance": alliance,
        "objet_en_mots": convention.numero,
        "chapeau": f"{alliance.nom}, {convention.numero}.",
        "etapes": [("Conventions", reverse("conventions:liste")), (convention.numero, retour)],
        "retour": retour,
        "mention": convention.mention,
    }
