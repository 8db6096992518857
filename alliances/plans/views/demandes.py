"""Les demandes de correction : préparer, récrire, révoquer. Elles partent avec le retour du plan."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from alliances.plans.forms.examen import DemandeForm, ReformulationForm
from alliances.plans.models import DemandeCorrection
from alliances.plans.permissions import peut
from alliances.plans.views.examen import entamer, nommer, reperes, version_a_examiner
from alliances.plans.views.examen_partie import afficher_partie
from alliances.plans.views.gestes import suites
from alliances.plans.views.parties import page_de, partie_ou_404
from socle.acces import exiger
from socle.pages.gestes import donnees_de, page_de_geste, poser


@require_POST
def demandes(request, pk):
    """Ajoute une demande à la partie nommée par `partie`."""
    version = version_a_examiner(request, pk)
    exiger(peut(request.user, "demander-correction", version))
    contenu = version.contenu_pour(request.user)
    code = partie_ou_404(version, request.POST.get("partie", ""), contenu).code
    form = DemandeForm(request.POST, contenu=contenu, partie=code)
    if not form.is_valid():
        return afficher_partie(request, version, code, demande_form=form)
    entamer(request, version)
    demande = poser(request, DemandeCorrection.demander, version, ensuite=suites, **form.cleaned_data)
    if demande is None:
        return redirect("plans:examen_partie", pk, code)
    messages.success(request, "La demande est prête; la Table la recevra au retour du plan.")
    return HttpResponseRedirect(page_de(pk, demande.ancre, contenu))


def demande_visible(request, pk):
    """La demande et sa version, pour qui peut en faire; 404 ou 403 sinon."""
    visibles = DemandeCorrection.objects.visibles_par(request.user)
    demande = get_object_or_404(visibles.select_related("version__plan__alliance__cycle"), pk=pk)
    exiger(peut(request.user, "demander-correction", demande.version))
    return demande


@require_http_methods(["GET", "HEAD", "POST"])
def demande(request, pk):
    """Récrire une demande avant son envoi."""
    demande = demande_visible(request, pk)
    contenu = demande.version.contenu_pour(request.user)
    return page_de_geste(
        request,
        demande.reformuler,
        form=ReformulationForm(donnees_de(request), contenu=contenu, demande=demande),
        gabarit="layout/saisie.html",
        libelle="Enregistrer la demande",
        fait="La demande est changée.",
        empechements=demande.empechements_a_reformuler(),
        ensuite=suites,
        titre="Modifier une demande de correction",
        ici="Demande de correction",
        empeche="",
        **_reperes(demande, contenu),
    )


def _reperes(demande, contenu):
    """Ceux de l'examen; on revient à la demande. `demande_visible` a déjà exigé le droit."""
    retour = page_de(demande.version_id, demande.ancre, contenu)
    return reperes(demande.version) | {"demande": demande, "refus": None, "retour": retour}


@require_http_methods(["GET", "HEAD", "POST"])
def demande_revocation(request, pk):
    """Supprimer une demande pas encore envoyée, ou révoquer une demande que la Table a reçue."""
    demande = demande_visible(request, pk)
    contenu = demande.version.contenu_pour(request.user)
    nommer([demande], contenu)
    return page_de_geste(
        request,
        demande.revoquer,
        gabarit="plans/examen/revocation.html",
        libelle="Révoquer la demande" if demande.envoyee_le else "Supprimer la demande",
        fait="La demande est révoquée." if demande.envoyee_le else "La demande est supprimée.",
        empechements=demande.empechements_a_revoquer(),
        ensuite=suites,
        danger=True,
        chapeau="",
        **_reperes(demande, contenu),
    )
