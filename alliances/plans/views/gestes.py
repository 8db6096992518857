"""La porte commune des pages du plan : trouver la version, poser un geste, dire ce qui l'empêche."""

from functools import partial, wraps

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404

from alliances.plans.models import VersionPlan
from alliances.plans.notifications import annoncer_plan
from alliances.plans.permissions import est_membre
from alliances.plans.travaux import rendre_document
from socle.acces import Refus, exiger
from socle.pages.gestes import poser


def version_visible(request, pk, versions=VersionPlan.objects):
    """La version, parmi `versions`, si la personne la voit; sinon 404."""
    visibles = versions.visibles_par(request.user).select_related("plan__alliance__cycle")
    return get_object_or_404(visibles, pk=pk)


def version_de_l_alliance(request, pk):
    """La version en rédaction, pour les membres de l'Alliance; 403 aux autres, qui lisent le dernier dépôt."""
    version = version_visible(request, pk)
    if not est_membre(request.user, version):
        exiger(Refus("La rédaction en cours n’est lue que de l’Alliance. Le dernier dépôt reste à lire."))
    return version


def accomplir(request, geste, *args, evenement=None, **options):
    """Pose un geste lié; retourne ce qu'il rend, ou `None` après avoir montré chaque empêchement.

    Au succès, le PDF du nouvel instantané part en préparation après la transaction, et `evenement` (voir
    `notifications.annoncer_plan`) s'annonce aux personnes concernées dans la transaction du geste.
    """

    def ensuite(resultat, par):
        version = resultat if isinstance(resultat, VersionPlan) else resultat.version
        _preparer_le_document(version)
        if evenement:
            annoncer_plan(version, evenement, par=request.user)

    return poser(request, geste, *args, ensuite=ensuite, **options)


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
