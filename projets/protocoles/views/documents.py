"""Le protocole et le relevé de sa fin en PDF, pour qui voit le protocole; un envoi (POST) prépare, une lecture sert."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from alliances.plans.views.documents import servir
from projets.protocoles import travaux
from projets.protocoles.impression import (
    acte_du_protocole,
    acte_du_releve,
    titre_du_protocole,
    titre_du_releve,
)
from projets.protocoles.views.reperes import adresse, protocole_visible


@require_http_methods(["GET", "HEAD", "POST"])
def protocole_pdf(request, pk):
    """Tel qu'il est transmis et signé aujourd'hui."""
    protocole = protocole_visible(request, pk)
    if (acte := acte_du_protocole(protocole)) is None:
        raise Http404("Un protocole s’imprime une fois transmis.")
    return _servir(request, protocole, acte, travaux.demander_le_protocole, titre_du_protocole(acte))


@require_http_methods(["GET", "HEAD", "POST"])
def releve_pdf(request, pk):
    protocole = protocole_visible(request, pk, "clos_par", "resilie_par")
    if not protocole.releve.exists():
        raise Http404("Un protocole a son relevé quand il est clos ou résilié.")
    acte = acte_du_releve(protocole)
    return _servir(request, protocole, acte, travaux.demander_le_releve, titre_du_releve(acte))


def _servir(request, protocole, acte, demander, titre):
    if request.method == "POST":
        with transaction.atomic():
            demander(protocole)
        return redirect(f"{request.path}?attente=1")
    retour = ("Le protocole", adresse(protocole))
    return servir(request, travaux.document_de(acte), titre=titre, retour=retour)
