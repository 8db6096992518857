"""La page qui précède un geste de l'État : ce qui va se passer, ce qui l'empêche, puis le geste."""

from functools import partial

from django.urls import reverse

from alliances.plans.permissions import peut
from alliances.plans.views.gestes import accomplir
from socle.acces import exiger
from socle.pages import gestes


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
    return gestes.confirmer(
        request,
        gabarit,
        accomplir=partial(accomplir, request, methode, evenement=evenement),
        fait=fait,
        retour=reverse("plans:examen", args=[version.pk]),
        form=formulaire(request.POST or None),
        version=version,
        alliance=version.plan.alliance,
        empechements=empechements,
        libelle_action=libelle,
        **contexte,
    )
