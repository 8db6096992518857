"""Répondre aux demandes de correction : faite, ou reprise."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from alliances.plans.forms.redaction import ReponseForm
from alliances.plans.models import DemandeCorrection, Priorite
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.gestes import suites
from alliances.plans.views.reperes import adresse
from socle.acces import exiger
from socle.pages.gestes import poser

TRAITEE = partial(suites, evenement="correction")


def demandes_de(version, *ancres):
    """Les demandes du dernier retour qui visent ces ancres, tant que la version est à corriger."""
    if version.etat != "a_corriger":
        return []
    return list(version.demandes.visant(version, *ancres).avec_camp())


def garder_les_ebauches(form):
    """Garde les réponses inachevées d'un `CorrectionsForm` valide."""
    for demande, reponse in form.ebauches():
        demande.garder_ebauche(reponse)


def repondre(request, form):
    """Pose les réponses d'un `CorrectionsForm` valide; dit combien ont été faites."""
    garder_les_ebauches(form)
    faites = 0
    for demande, faite, reponse, vue in form.changements():
        geste = demande.traiter if faite else demande.reprendre
        options = {"reponse": reponse, "vue": vue, "ensuite": TRAITEE} if faite else {"ensuite": suites}
        faites += poser(request, geste, **options) is not None and faite
    if faites:
        messages.success(
            request,
            "La correction est marquée comme faite."
            if faites == 1
            else f"{faites} corrections sont marquées comme faites.",
        )


def _demande(request, pk):
    demande = get_object_or_404(
        DemandeCorrection.objects.visibles_par(request.user).select_related("version__plan__alliance__cycle"),
        pk=pk,
    )
    exiger(peut_rediger(request.user, demande.version, _priorite_visee(demande)))
    return demande


def _priorite_visee(demande):
    """La priorité que vise la demande, ou `None` : une ressource de territoire répond pour les siennes."""
    if demande.cible_objet != "priorite":
        return None
    return Priorite.objects.filter(version=demande.version, cle=demande.cible_cle).first()


def _retour(demande):
    return redirect(adresse(demande.version, demande.ancre))


@require_POST
def traitement(request, pk):
    demande = _demande(request, pk)
    form = ReponseForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Votre réponse dépasse 3\xa0000 caractères; rien n’a été enregistré.")
    elif poser(request, demande.traiter, ensuite=TRAITEE, reponse=form.cleaned_data["reponse"]):
        messages.success(request, "La correction est marquée comme faite.")
    return _retour(demande)


@require_POST
def reprise(request, pk):
    demande = _demande(request, pk)
    if poser(request, demande.reprendre, ensuite=suites):
        messages.success(request, "La correction est de nouveau à faire.")
    return _retour(demande)
