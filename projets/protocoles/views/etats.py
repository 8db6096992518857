"""L'état des versements : ce qui lui est versé, quand, sous quelle référence, ce qui reste; la page et le PDF."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from alliances.models.roles import SUIVI
from alliances.plans.views.documents import servir
from projets.protocoles.attentes.portees import tient
from projets.protocoles.etat_imprime import demander_l_etat, nom_de_l_etat, titre_de_l_etat
from projets.protocoles.models.comptes import compte_de
from projets.protocoles.models.protocoles import SIGNES
from projets.protocoles.permissions import peut_payer
from projets.protocoles.views.reperes import onglets_de, protocole_visible, reperes
from socle.models import Document

GENRES = {
    "prevue": "encours",
    "liberee": "afaire",
    "versee": "bien",
    "suspendue": "attention",
    "annulee": "neutre",
}


def _signe(request, pk):
    """Le protocole, une fois signé; 404 sinon : avant, rien ne se verse."""
    protocole = protocole_visible(request, pk)
    if protocole.etat not in SIGNES:
        raise Http404("Un protocole qui n’est pas signé ne verse rien.")
    return protocole


@require_safe
def etat(request, pk):
    """Ce que l'organisme a reçu et recevra; la Table et l'État lisent le même."""
    protocole = _signe(request, pk)
    compte = compte_de(protocole)
    for tranche in compte.tranches:
        tranche.genre, tranche.protocole = GENRES[tranche.etat], protocole
        tranche.partie = bool(tranche.arret) and _paie(request.user, tranche)
    return render(
        request,
        "protocoles/versements/etat.html",
        reperes(protocole)
        | {
            "onglets": onglets_de(protocole),
            "compte": compte,
            "fiches": _voit_les_fiches(request.user, protocole),
        },
    )


def _paie(utilisateur, tranche):
    return tient(utilisateur, "payer") and peut_payer(utilisateur, "payer", tranche) is None


def _voit_les_fiches(utilisateur, protocole):
    """La Table et l'État ouvrent la fiche d'un versement; l'organisme en a ici tout ce qui est à lui."""
    return bool(protocole.initiative.alliance.roles_de(utilisateur) & SUIVI)


@require_http_methods(["GET", "HEAD", "POST"])
def etat_pdf(request, pk):
    """Il se prépare, puis se sert sous la clé de ce qu'il disait à ce moment."""
    protocole = _signe(request, pk)
    if request.method == "POST":
        with transaction.atomic():
            document = demander_l_etat(protocole)
        return redirect(f"{request.path}?document={document.cle}&attente=1")
    document = None
    if cle := request.GET.get("document"):
        document = get_object_or_404(Document, cle=cle, nom=nom_de_l_etat(protocole))
    retour = ("L’état des versements", reverse("protocoles:etat_des_versements", args=[pk]))
    return servir(request, document, titre=titre_de_l_etat(protocole), retour=retour)
