"""La porte des pages d'un avenant : le trouver, poser un geste, dire ce qui l'empêche, à qui c'est le tour."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse

from conventions import travaux
from conventions.models import Avenant
from conventions.notifications.avenants import annoncer_avenant
from conventions.permissions import peut
from socle.acces import exiger
from socle.pages import gestes

GENRES = {"preparation": "encours", "transmis": "attention", "applique": "favorable", "abandonne": "neutre"}


def avenant_visible(request, pk, *relations):
    """L'avenant, sa convention et son Alliance; 404 si la personne ne le voit pas."""
    alliance = "convention__alliance"
    visibles = Avenant.objects.visibles_par(request.user)
    visibles = visibles.select_related(f"{alliance}__cycle", f"{alliance}__table_regionale", *relations)
    return get_object_or_404(visibles, pk=pk)


def accomplir(request, geste, *args, evenement="", **options):
    """Pose le geste; les documents nouveaux partent en préparation. `None` après avoir montré les empêchements.

    `evenement` (voir `notifications`) s'annonce dans la transaction du geste; il peut être une fonction de l'avenant.
    """

    def ensuite(avenant, par):
        if dit := evenement(avenant) if callable(evenement) else evenement:
            annoncer_avenant(avenant, dit, par=request.user)
        travaux.preparer(avenant.convention)

    return gestes.poser(request, geste, *args, ensuite=ensuite, **options)


def confirmer(
    request, avenant, gabarit, *, geste, methode, fait, args=(), form=None, evenement="", **contexte
):
    """La page qui précède un geste, ou le geste; 403 si le rôle ne le permet pas.

    `geste` est le nom du droit, `methode` le geste lié et `args` ses arguments; le reste va au gabarit.
    """
    exiger(peut(request.user, geste, avenant.convention))
    return gestes.confirmer(
        request,
        f"conventions/avenants/{gabarit}.html",
        accomplir=partial(accomplir, request, methode, *args, evenement=evenement),
        fait=fait,
        retour=reverse("conventions:avenant", args=[avenant.pk]),
        form=form,
        avenant=avenant,
        convention=avenant.convention,
        alliance=avenant.convention.alliance,
        **contexte,
    )
