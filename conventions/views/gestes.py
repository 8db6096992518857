"""La porte commune des pages de la convention : la trouver, poser un geste, dire ce qui l'empêche."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse

from conventions.models import Convention
from conventions.notifications.conventions import annoncer_convention
from conventions.permissions import peut
from socle.acces import exiger
from socle.pages import gestes


def convention_visible(request, pk, *avec, jointe="alliance", **annotations):
    """La convention et son Alliance; 404 si la personne ne la voit pas.

    `avec` : les relations chargées d'avance; `jointe`, « alliance__cycle » quand la page lit aussi le cycle.
    """
    visibles = Convention.objects.visibles_par(request.user).select_related(jointe)
    return get_object_or_404(visibles.prefetch_related(*avec).annotate(**annotations), pk=pk)


def adresse(convention, ancre=""):
    return reverse("conventions:convention", args=[convention.pk]) + ancre


def accomplir(request, geste, *args, evenement="", **options):
    """Pose un geste lié; retourne ce qu'il rend, ou `None` après avoir montré chaque empêchement.

    `evenement` (voir `notifications`) s'annonce dans la transaction du geste; il peut être une fonction de la
    convention.
    """

    def annoncer(resultat, par):
        convention = getattr(resultat, "convention", resultat)
        if dit := evenement(convention) if callable(evenement) else evenement:
            annoncer_convention(convention, dit, par=request.user)

    return gestes.poser(request, geste, *args, ensuite=annoncer, **options)


def confirmer(
    request,
    convention,
    *,
    geste,
    methode,
    gabarit,
    libelle,
    fait,
    empechements,
    form=None,
    args=(),
    **options,
):
    """La page qui précède un geste, ou le geste; 403 si le rôle ne le permet pas.

    `geste` est le nom du droit, `methode` le geste lié et `args` ses arguments. `options` : `contexte`, `evenement`,
    `retour`, `genre_action`; `refus`, quand le droit dépend d'autre chose que du rôle.
    """
    exiger(options["refus"] if "refus" in options else peut(request.user, geste, convention))
    return gestes.confirmer(
        request,
        gabarit,
        accomplir=partial(accomplir, request, methode, *args, evenement=options.get("evenement", "")),
        fait=fait,
        retour=options.get("retour") or adresse(convention),
        form=form,
        convention=convention,
        alliance=convention.alliance,
        empechements=empechements,
        libelle_action=libelle,
        genre_action=options.get("genre_action", ""),
        **options.get("contexte", {}),
    )
