"""La porte des pages du plan : trouver la version, ce que montre la page de tout geste posé sur elle, ce qui suit."""

from functools import partial, wraps

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliances.plans.models import VersionPlan
from alliances.plans.notifications import annoncer_plan
from alliances.plans.permissions import est_membre
from alliances.plans.travaux import rendre_document
from socle.acces import Refus, exiger


def version_visible(request, pk, versions=VersionPlan.objects):
    """La version, parmi `versions`, si la personne la voit; sinon 404."""
    visibles = versions.visibles_par(request.user).select_related("plan__alliance__cycle")
    return get_object_or_404(visibles, pk=pk)


def version_de_l_alliance(request, pk, versions=VersionPlan.objects):
    """La version en rédaction, pour les membres de l'Alliance; 403 aux autres, qui lisent le dernier dépôt."""
    version = version_visible(request, pk, versions)
    if not est_membre(request.user, version):
        exiger(Refus("La rédaction en cours n’est lue que de l’Alliance. Le dernier dépôt reste à lire."))
    return version


def reperes(version):
    """Où en est la Table qui rédige : la page d'un geste part du plan et y ramène."""
    retour = reverse("plans:tableau", args=[version.pk])
    return {
        "version": version,
        "alliance": version.plan.alliance,
        "objet_en_mots": "",
        "etapes": [("Plan d’action", retour)],
        "retour": retour,
        "revenir": "Revenir au plan",
    }


def suites(objet, *, par, evenement=""):
    """Ce qui suit un geste, dans sa transaction : l'annonce, et le PDF du nouvel instantané, qui se prépare.

    `objet` est la version, ou une de ses remarques ou de ses pièces; `evenement`, celui de `annoncer_plan`.
    """
    version = objet if isinstance(objet, VersionPlan) else objet.version
    _preparer_le_document(version)
    if evenement:
        annoncer_plan(version, evenement, par=par)


def _preparer_le_document(version):
    instantane = version.instantanes.select_related("document").last()
    if instantane and instantane.document and not instantane.document.est_pret:
        transaction.on_commit(partial(rendre_document.enqueue, document_id=instantane.document_id))


def repond_en_json(vue):
    """Un script attend du JSON : un refus (403) ou une page disparue (404) se disent en JSON aussi."""

    @wraps(vue)
    def enveloppe(request, *args, **options):
        try:
            return vue(request, *args, **options)
        except PermissionDenied as refus:
            return JsonResponse({"erreur": str(refus)}, status=403)
        except Http404:
            return JsonResponse(
                {"erreur": "Cette page n’existe plus, ou votre mandat a pris fin."}, status=404
            )

    return enveloppe
