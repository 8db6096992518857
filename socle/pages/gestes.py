"""Poser un geste depuis une page : ce qui est envoyé, la page qui précède, les empêchements montrés un par un."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render

from socle.erreurs import ErreurDuDomaine


def donnees_de(request):
    """Ce qui est envoyé, même vide; `None` à la lecture, pour que le formulaire ne juge rien."""
    return request.POST if request.method == "POST" else None


def envoye(request):
    """(données, fichiers) d'un envoi; rien à la lecture."""
    return donnees_de(request), request.FILES if request.method == "POST" else None


def phrases(refus):
    """Les phrases d'un refus du domaine ou de la validation d'un modèle, une par empêchement."""
    return getattr(refus, "empechements", None) or getattr(refus, "messages", None) or [str(refus)]


def poser(request, geste, *args, ensuite=None, form=None, **options):
    """Pose un geste; retourne ce qu'il rend, ou `None` après avoir montré chaque empêchement.

    `ensuite` reçoit ce que rend le geste, dans la même transaction : annoncer, préparer un document. Avec `form`, les
    empêchements en deviennent les erreurs : la page qui le remontre garde la saisie.
    """
    try:
        with transaction.atomic():
            resultat = geste(*args, par=request.user, **options)
            if ensuite:
                ensuite(resultat)
    except (ErreurDuDomaine, ValidationError) as refus:
        for phrase in phrases(refus):
            if form is None:
                messages.error(request, phrase)
            else:
                form.add_error(None, phrase)
        return None
    return resultat


def confirmer(request, gabarit, *, accomplir, fait, retour, form=None, **contexte):
    """La page qui précède un geste ou, à l'envoi d'un formulaire valide, le geste.

    `accomplir(**saisie)` rend quelque chose quand le geste est posé; `fait` est la phrase qui le dit, ou une fonction
    de ce qu'il rend.
    """
    if request.method == "POST" and (form is None or form.is_valid()):
        if resultat := accomplir(**(form.cleaned_data if form else {})):
            messages.success(request, fait(resultat) if callable(fait) else fait)
        return redirect(retour)
    return render(request, gabarit, {"form": form, "url_annuler": retour} | contexte)
