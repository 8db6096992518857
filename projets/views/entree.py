"""Entrer par un appel : la nouvelle venue ouvre un compte, puis nomme son organisme ou demande à s'y joindre."""

from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from alliances.models import DemandeDAdhesion
from alliances.models.adhesions import fonder_un_organisme
from alliances.notifications import annoncer_la_demande
from projets.forms.entree import OrganismeForm
from projets.models import AppelProjets
from projets.permissions import peut_nommer_son_organisme
from socle.pages.gestes import donnees_de, page_de_geste
from socle.service import inscription


def _appel(pk):
    return get_object_or_404(AppelProjets.objects.publics().select_related("alliance"), pk=pk)


def _reperes(appel):
    public = reverse("projets:appel_public", args=[appel.pk])
    return {
        "objet_en_mots": appel.titre,
        "etapes": [("Appels ouverts", reverse("projets:appels_publics")), (appel.titre, public)],
        "annuler": public,
    }


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def entree(request, pk):
    """Avec un compte ou sans : le seul chemin par où s'ouvre un compte sans invitation, tant que l'appel est ouvert."""
    appel = _appel(pk)
    suite = reverse("projets:commencement", args=[pk])
    if request.user.is_authenticated:
        return redirect(suite)
    if not appel.est_ouvert():
        return redirect("projets:appel_public", pk=pk)
    if request.method == "POST":
        inscription.ouvrir(request, suite, appel.titre)
        return redirect("account_signup")
    return render(request, "projets/publics/entree.html", {"appel": appel, "suite": suite})


def organisme(request, pk):
    """Nommer son organisme : le fonder s'il est inconnu, demander à s'y joindre s'il est déjà inscrit."""
    appel = _appel(pk)
    return page_de_geste(
        request,
        partial(_fonder_ou_rejoindre, alliance=appel.alliance),
        refus=peut_nommer_son_organisme(request.user, appel),
        form=OrganismeForm(donnees_de(request)),
        ensuite=_annoncer,
        gabarit="projets/demande/organisme.html",
        libelle="Continuer",
        titre="Nommer mon organisme",
        fait=_fait,
        retour=partial(_suite, appel),
        **_reperes(appel),
    )


def _fonder_ou_rejoindre(*, par, alliance, organisme=None, rejoindre=None, message=""):
    if rejoindre:
        return DemandeDAdhesion.demander(rejoindre, par=par, alliance=alliance, message=message)
    return fonder_un_organisme(organisme, par=par)


def _annoncer(resultat, *, par):
    if isinstance(resultat, DemandeDAdhesion):
        annoncer_la_demande(resultat, par=par)


def _fait(resultat):
    if isinstance(resultat, DemandeDAdhesion):
        return "Votre demande est envoyée. Un courriel vous dira la réponse."
    return "Votre organisme est inscrit. Vous pouvez commencer la demande."


def _suite(appel, resultat):
    if isinstance(resultat, DemandeDAdhesion):
        return reverse("projets:mes_organismes")
    return reverse("projets:commencement", args=[appel.pk])
