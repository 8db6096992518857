"""Les pages publiques : aide, nous joindre, accessibilité, confidentialité."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

# À changer avec le texte de `templates/socle/confidentialite.html` : la personne doit savoir ce qu'elle a lu.
VERSION_CONFIDENTIALITE = {"numero": 2, "du": "2026-11-30"}


@login_not_required
@require_safe
def icone(request):
    """L'adresse que les navigateurs essaient d'eux-mêmes, par exemple pour un PDF ouvert seul."""
    return redirect(static("icone.svg"))


@login_not_required
@require_safe
def aide(request):
    return render(request, "socle/aide.html")


@login_not_required
@require_safe
def nous_joindre(request):
    return render(request, "socle/nous_joindre.html")


@login_not_required
@require_safe
def accessibilite(request):
    return render(request, "socle/accessibilite.html")


@login_not_required
@require_safe
def confidentialite(request):
    return render(request, "socle/confidentialite.html", {"version": VERSION_CONFIDENTIALITE})
