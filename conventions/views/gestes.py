"""La porte commune des pages de la convention : la trouver, poser un geste, dire ce qui l'empêche."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from alliances.plans.views.gestes import donnees_de, phrases
from conventions.models import Convention
from conventions.notifications.conventions import diffuser
from conventions.permissions import peut
from socle.acces import exiger
from socle.erreurs import ErreurDuDomaine


def convention_visible(request, pk, avec=()):
    """La convention, son Alliance et les relations `avec`, chargées d'avance; 404 si la personne ne la voit pas."""
    conventions = Convention.objects.visibles_par(request.user).select_related("alliance__cycle")
    return get_object_or_404(conventions.prefetch_related(*avec), pk=pk)


def adresse(convention, ancre=""):
    return reverse("conventions:convention", args=[convention.pk]) + ancre


def accomplir(request, geste, *args, evenement="", **options):
    """Pose un geste lié; retourne ce qu'il rend, ou `None` après avoir montré chaque empêchement.

    `evenement` (voir `notifications`) s'annonce dans la transaction du geste; il peut être une fonction de la
    convention.
    """
    try:
        with transaction.atomic():
            resultat = geste(*args, par=request.user, **options)
            convention = getattr(resultat, "convention", resultat)
            if callable(evenement):
                evenement = evenement(convention)
            if evenement:
                diffuser(convention, evenement, par=request.user)
    except ErreurDuDomaine as refus:
        for phrase in phrases(refus):
            messages.error(request, phrase)
        return None
    return resultat


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
    retour = options.get("retour") or adresse(convention)
    if request.method == "POST" and (form is None or form.is_valid()):
        saisie = form.cleaned_data if form else {}
        if accomplir(request, methode, *args, evenement=options.get("evenement", ""), **saisie):
            messages.success(request, fait)
        return redirect(retour)
    contexte = {
        "convention": convention,
        "alliance": convention.alliance,
        "form": form or None,
        "empechements": empechements,
        "libelle_action": libelle,
        "genre_action": options.get("genre_action", ""),
        "url_annuler": retour,
    }
    return render(request, gabarit, contexte | options.get("contexte", {}))


def envoye(request):
    """(données, fichiers) d'un envoi; rien à la lecture, pour que le formulaire ne juge rien."""
    return donnees_de(request), request.FILES if request.method == "POST" else None
