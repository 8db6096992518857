"""La porte des pages d'un avenant : le trouver, poser un geste, dire ce qui l'empêche, à qui c'est le tour."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, render

from alliances.plans.views.gestes import phrases
from conventions import travaux
from conventions.models import Avenant, Convention
from conventions.notifications.avenants import diffuser_avenant
from conventions.permissions import peut
from socle.acces import exiger
from socle.erreurs import ErreurDuDomaine

GENRES = {"preparation": "encours", "transmis": "attention", "applique": "favorable", "abandonne": "neutre"}


def convention_visible(request, pk):
    """La convention et son Alliance; 404 si la personne ne la voit pas."""
    visibles = Convention.objects.visibles_par(request.user)
    return get_object_or_404(visibles.select_related("alliance__cycle", "alliance__table_regionale"), pk=pk)


def avenant_visible(request, pk, *relations):
    """L'avenant, sa convention et son Alliance; 404 si la personne ne le voit pas."""
    visibles = Avenant.objects.visibles_par(request.user).select_related(
        "convention__alliance__cycle", "convention__alliance__table_regionale", *relations
    )
    return get_object_or_404(visibles, pk=pk)


def accomplir(request, geste, *args, evenement="", **options):
    """Pose le geste; les documents nouveaux partent en préparation. `None` après avoir montré les empêchements.

    `evenement` (voir `notifications`) s'annonce dans la transaction du geste; il peut être une fonction de l'avenant.
    """
    try:
        with transaction.atomic():
            avenant = geste(*args, par=request.user, **options)
            if callable(evenement):
                evenement = evenement(avenant)
            if evenement:
                diffuser_avenant(avenant, evenement, par=request.user)
            travaux.preparer(avenant.convention)
    except ErreurDuDomaine as refus:
        for phrase in phrases(refus):
            messages.error(request, phrase)
        return None
    return avenant


def confirmer(request, avenant, gabarit, *, geste, form, **contexte):
    """La page qui précède un geste; 403 si le rôle ne le permet pas."""
    exiger(peut(request.user, geste, avenant.convention))
    return render(
        request,
        gabarit,
        {
            "avenant": avenant,
            "convention": avenant.convention,
            "alliance": avenant.convention.alliance,
            "form": form,
        }
        | contexte,
    )
