"""La page qui précède un geste de l'État : ce qui va se passer, ce qui l'empêche, puis le geste."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from alliances.plans.permissions import peut
from alliances.plans.views.gestes import accomplir
from socle.acces import exiger


def confirmer(
    request,
    version,
    *,
    geste,
    methode,
    formulaire,
    gabarit,
    libelle,
    fait,
    empechements,
    evenement,
    **contexte,
):
    """Montre la page, ou pose le geste et revient à l'examen; 403 si le rôle ne le permet pas.

    `geste` est le nom du droit, `methode` le geste lié; `empechements` remplacent le formulaire à l'écran,
    mais c'est le geste qui fait foi à l'envoi.
    """
    exiger(peut(request.user, geste, version))
    form = formulaire(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if accomplir(request, methode, evenement=evenement, **form.cleaned_data):
            messages.success(request, fait)
        return redirect("plans:examen", version.pk)
    return render(
        request,
        gabarit,
        {
            "version": version,
            "alliance": version.plan.alliance,
            "form": form,
            "empechements": empechements,
            "libelle_action": libelle,
            "url_annuler": reverse("plans:examen", args=[version.pk]),
        }
        | contexte,
    )
