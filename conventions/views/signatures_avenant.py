"""Inscrire la signature d'une partie à un avenant."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from conventions.forms.avenants import SignatureForm
from conventions.permissions import peut
from conventions.views.gestes_avenant import accomplir, avenant_visible, confirmer
from socle.acces import exiger


def signature(request, pk, partie):
    """La dernière signature met l'avenant en vigueur; la page le dit avant."""
    avenant = avenant_visible(request, pk)
    signature = get_object_or_404(avenant.signatures.select_related("organisme"), pk=partie)
    signature.avenant = avenant
    geste = "signer-ministre" if signature.est_du_ministre else "signer"
    exiger(peut(request.user, geste, avenant.convention))
    saisie = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SignatureForm(*saisie, signature=signature)
    if request.method == "POST" and form.is_valid():
        if signe := accomplir(request, avenant.signer, signature, evenement=_evenement, **form.cleaned_data):
            en_vigueur = signe.etat == signe.Etat.APPLIQUE
            suite = "L’avenant est en vigueur." if en_vigueur else "D’autres signatures sont attendues."
            messages.success(request, f"La signature est inscrite. {suite}")
        return redirect("conventions:avenant", pk)
    restantes = avenant.signatures_attendues().filter(signee_le=None).exclude(pk=signature.pk)
    return confirmer(
        request,
        avenant,
        "conventions/avenants/signature.html",
        geste=geste,
        form=form,
        signature=signature,
        derniere=not restantes.exists(),
        changements=avenant.changements(),
        empechements=avenant.empechements_a_signer(signature),
        libelle_action="Inscrire la signature",
        url_annuler=reverse("conventions:avenant", args=[pk]),
    )


def _evenement(avenant):
    """La dernière signature annonce l'entrée en vigueur, les autres la signature."""
    return "application" if avenant.etat == avenant.Etat.APPLIQUE else "signature"
