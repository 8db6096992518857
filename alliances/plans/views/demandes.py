"""Les demandes de correction : préparer, récrire, révoquer. Elles partent avec le retour du plan."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from alliances.plans.forms.examen import DemandeForm
from alliances.plans.models import DemandeCorrection
from alliances.plans.permissions import peut
from alliances.plans.views.examen import entamer, nommer, version_a_examiner
from alliances.plans.views.examen_partie import afficher_partie
from alliances.plans.views.gestes import accomplir
from alliances.plans.views.parties import page_de, partie_ou_404
from socle.acces import exiger


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
    demande = accomplir(request, DemandeCorrection.demander, version, **form.cleaned_data)
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
    initial = {"cible": ":".join(demande.ancre), "raison": demande.raison, "texte": demande.texte}
    form = DemandeForm(request.POST or None, contenu=contenu, initial=initial)
    if request.method == "POST" and form.is_valid():
        if accomplir(request, demande.reformuler, **form.cleaned_data):
            messages.success(request, "La demande est changée.")
        return HttpResponseRedirect(page_de(demande.version_id, demande.ancre, contenu))
    return render(
        request,
        "plans/examen/demande.html",
        {
            "demande": demande,
            "version": demande.version,
            "alliance": demande.version.plan.alliance,
            "form": form,
            "url_annuler": page_de(demande.version_id, demande.ancre, contenu),
            "libelle_action": "Enregistrer la demande",
            "figee": demande.envoyee_le is not None or demande.revoquee_le is not None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def demande_revocation(request, pk):
    """Supprimer une demande pas encore envoyée, ou révoquer une demande que la Table a reçue."""
    demande = demande_visible(request, pk)
    contenu = demande.version.contenu_pour(request.user)
    retour = page_de(demande.version_id, demande.ancre, contenu)
    if request.method == "POST":
        if accomplir(request, demande.revoquer):
            envoyee = demande.envoyee_le is not None
            messages.success(request, "La demande est révoquée." if envoyee else "La demande est supprimée.")
        return HttpResponseRedirect(retour)
    nommer([demande], contenu)
    return render(
        request,
        "plans/examen/revocation.html",
        {
            "demande": demande,
            "version": demande.version,
            "alliance": demande.version.plan.alliance,
            "form": None,
            "libelle_action": "Révoquer la demande" if demande.envoyee_le else "Supprimer la demande",
            "genre_action": "danger",
            "url_annuler": retour,
        },
    )
