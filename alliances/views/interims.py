"""Nommer un intérim : une personne en remplace une autre, pour un mandat et pour un temps."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from alliances.forms.interims import InterimForm
from alliances.models import Mandat
from alliances.models.invitations import inviter_en_interim
from alliances.models.mandats import PORTEES
from alliances.notifications import annoncer_interim
from alliances.permissions import peut_gerer
from socle.pages.gestes import donnees_de, page_de_geste


@require_http_methods(["GET", "HEAD", "POST"])
def interim(request, pk):
    visibles = Mandat.objects.visibles_par(request.user)
    mandat = get_object_or_404(visibles.select_related("utilisateur", *PORTEES), pk=pk)
    retour = reverse("alliances:mandats")
    return page_de_geste(
        request,
        partial(inviter_en_interim, mandat),
        refus=peut_gerer(request.user, mandat),
        form=InterimForm(donnees_de(request)),
        empechements=mandat.empechements_a_remplacer(),
        ensuite=annoncer_interim,
        libelle="Nommer un intérim",
        fait=lambda interim: (
            f"{interim.utilisateur} remplacera {mandat.utilisateur}. Les deux personnes en sont prévenues."
        ),
        objet_en_mots=f"{mandat.utilisateur}, {mandat}",
        chapeau=f"Une autre personne tient ce mandat à la place de {mandat.utilisateur}, qui le garde\u00a0: {mandat}.",
        etapes=[("Mandats", retour)],
        retour=retour,
    )
