"""Inscrire la signature d'une partie à un avenant."""

from django.shortcuts import get_object_or_404

from conventions.forms.avenants import SignatureForm
from conventions.permissions import geste_de_signature
from conventions.views.gestes_avenant import avenant_visible, confirmer
from socle.pages.gestes import envoye


def signature(request, pk, partie):
    """La dernière signature met l'avenant en vigueur; la page le dit avant."""
    avenant = avenant_visible(request, pk)
    signature = get_object_or_404(avenant.signatures.select_related("organisme"), pk=partie)
    signature.avenant = avenant
    restantes = avenant.signatures_attendues().filter(signee_le=None).exclude(pk=signature.pk)
    return confirmer(
        request,
        avenant,
        "signature",
        geste=geste_de_signature(signature),
        methode=avenant.signer,
        args=(signature,),
        evenement=_evenement,
        fait=_fait,
        form=SignatureForm(*envoye(request), signature=signature),
        signature=signature,
        derniere=not restantes.exists(),
        changements=avenant.changements(),
        empechements=avenant.empechements_a_signer(signature),
        libelle_action="Inscrire la signature",
    )


def _evenement(avenant):
    """La dernière signature annonce l'entrée en vigueur, les autres la signature."""
    return "application" if avenant.etat == avenant.Etat.APPLIQUE else "signature"


def _fait(avenant):
    en_vigueur = avenant.etat == avenant.Etat.APPLIQUE
    suite = "L’avenant est en vigueur." if en_vigueur else "D’autres signatures sont attendues."
    return f"La signature est inscrite. {suite}"
