"""Les réponses d'un appel : les relire, les envoyer toutes, et la lettre de chacune."""

from functools import partial

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alliances.plans.views.documents import servir
from projets import travaux
from projets.impression import contexte_de_la_reponse
from projets.models import Reponse, reponses
from projets.notifications.demandes import annoncer_les_reponses
from projets.permissions import ou_peut, peut, peut_sur_l_appel
from projets.views.appels import appel_visible, reperes
from projets.views.reperes import demande_visible
from socle.acces import exiger
from socle.formulaires.revision import SurUneEmpreinte
from socle.pages.gestes import donnees_de, page_de_geste
from socle.texte.typographie import pluriel


def _partir(envoyees, *, par):
    annoncer_les_reponses(envoyees, par=par)
    travaux.preparer(envoyees)


@require_safe
def apercu(request, pk):
    """La lettre telle qu'elle partirait maintenant, à qui peut l'envoyer; rien n'est scellé."""
    initiative = demande_visible(request, pk)
    exiger(
        peut_sur_l_appel(request.user, "repondre", initiative.appel)
        or peut(request.user, "repondre", initiative)
    )
    decision = get_object_or_404(reponses.a_repondre(initiative.appel, request.user), initiative=initiative)
    contenu = reponses.contenu_de(decision, par=request.user, le=timezone.now())
    return render(
        request,
        "projets/selection/apercu.html",
        reperes(initiative.appel)
        | contexte_de_la_reponse(contenu)
        | {"initiative": initiative, "apercu": True},
    )


def envoi(request, pk):
    """Celles qui attendent et qu'elle peut envoyer, avec leur décision : elles partent ensemble; les autres restent."""
    appel, permises = appel_visible(request, pk), ou_peut(request.user, "repondre")
    attendues = list(reponses.a_repondre(appel, request.user, permises))
    return page_de_geste(
        request,
        partial(reponses.envoyer, appel, permises=permises),
        refus=peut_sur_l_appel(request.user, "repondre", appel),
        form=SurUneEmpreinte(donnees_de(request), vue=reponses.empreinte_des_lettres(attendues)),
        ensuite=_partir,
        gabarit="projets/selection/reponses.html",
        libelle="Envoyer les réponses",
        fait=lambda parties: f"{len(parties)} réponse{pluriel(len(parties))} envoyée{pluriel(len(parties))}.",
        empechements=reponses.empechements_a_repondre(appel, par=request.user, permises=permises),
        titre="Envoyer les réponses",
        attendues=attendues,
        restent=reponses.restent_a_une_autre(appel, request.user, permises),
        **reperes(appel),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reponse(request, pk):
    """La lettre, rendue une seule fois."""
    visibles = Reponse.objects.visibles_par(request.user).select_related(
        "document", "decision__initiative", "jugee"
    )
    lettre = get_object_or_404(visibles, pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            travaux.preparer([lettre])
        return redirect(f"{request.path}?attente=1")
    retour = ("L’initiative", reverse("projets:initiative", args=[lettre.initiative.pk]))
    return servir(request, lettre.document, titre=str(lettre), retour=retour)
