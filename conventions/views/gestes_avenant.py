"""La porte des pages d'un avenant : le trouver, ce que montre la page de tout geste posé sur lui, ce qui suit."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from conventions import travaux
from conventions.models import Avenant
from conventions.notifications.avenants import annoncer_avenant
from conventions.views import gestes

GENRES = {"preparation": "encours", "transmis": "attention", "applique": "favorable", "abandonne": "neutre"}


def avenant_visible(request, pk, *relations):
    """L'avenant, sa convention et son Alliance; 404 si la personne ne le voit pas."""
    alliance = "convention__alliance"
    visibles = Avenant.objects.visibles_par(request.user)
    visibles = visibles.select_related(f"{alliance}__cycle", f"{alliance}__table_regionale", *relations)
    return get_object_or_404(visibles, pk=pk)


def reperes(avenant):
    """Où l'on est, de quoi il s'agit, où revenir."""
    convention, retour = avenant.convention, reverse("conventions:avenant", args=[avenant.pk])
    alliance, communs = convention.alliance, gestes.reperes(convention)
    liste = ("Avenants", reverse("conventions:avenants", args=[convention.pk]))
    return communs | {
        "avenant": avenant,
        "objet_en_mots": f"{avenant}, {alliance.nom}",
        "chapeau": f"{avenant} à la convention {convention.numero}, {alliance.nom}.",
        "etapes": [*communs["etapes"], liste, (str(avenant), retour)],
        "retour": retour,
        "revenir": "Revenir à l’avenant",
    }


def suites(avenant, *, par, evenement=""):
    """Ce qui suit un geste, dans sa transaction : l'annonce, et les documents nouveaux, qui se préparent."""
    if evenement:
        annoncer_avenant(avenant, evenement, par=par)
    travaux.preparer(avenant.convention)
