"""Inscrire la signature d'une partie à un avenant."""

from functools import partial

from django.shortcuts import get_object_or_404

from conventions.forms.avenants import SignatureForm
from conventions.permissions import peut_signer
from conventions.views.gestes_avenant import avenant_visible, reperes, suites
from socle.pages.gestes import envoye, page_de_geste


def signature(request, pk, partie):
    """La dernière signature met l'avenant en vigueur; la page le dit avant."""
    avenant = avenant_visible(request, pk)
    signature = get_object_or_404(avenant.signatures.select_related("organisme"), pk=partie)
    signature.avenant = avenant
    restantes = avenant.signatures_attendues().filter(signee_le=None).exclude(pk=signature.pk)
    return page_de_geste(
        request,
        partial(avenant.signer, signature),
        refus=peut_signer(request.user, signature, avenant.convention),
        form=SignatureForm(*envoye(request), signature=signature),
        gabarit="conventions/avenants/signature.html",
        libelle="Inscrire la signature",
        fait=_fait,
        empechements=avenant.empechements_a_signer(signature),
        ensuite=_suites,
        signature=signature,
        derniere=not restantes.exists(),
        changements=avenant.changements(),
        titre=f"Signature\u00a0: {signature.nom}",
        ici="Inscrire la signature",
        **reperes(avenant),
    )


def _suites(avenant, *, par):
    """La dernière signature annonce l'entrée en vigueur, les autres la signature."""
    applique = avenant.etat == avenant.Etat.APPLIQUE
    suites(avenant, par=par, evenement="application" if applique else "signature")


def _fait(avenant):
    en_vigueur = avenant.etat == avenant.Etat.APPLIQUE
    suite = "L’avenant est en vigueur." if en_vigueur else "D’autres signatures sont attendues."
    return f"La signature est inscrite. {suite}"
