"""Le protocole et le relevé de sa fin en PDF, pour qui voit le protocole; un envoi (POST) prépare, une lecture sert."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from alliances.plans.views.documents import servir
from projets.protocoles import travaux
from projets.protocoles.impression import (
    acte_de_l_avenant,
    acte_du_protocole,
    acte_du_releve,
    titre_de_l_avenant,
    titre_du_protocole,
    titre_du_releve,
)
from projets.protocoles.models import Rectificatif
from projets.protocoles.views.reperes import adresse, protocole_visible
from projets.protocoles.views.reperes_avenant import adresse as adresse_de_l_avenant
from projets.protocoles.views.reperes_avenant import avenant_visible


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


@require_http_methods(["GET", "HEAD", "POST"])
def rectificatif_pdf(request, pk):
    """Un relevé rectificatif confirmé, du même gabarit que le relevé qu'il rectifie."""
    confirmes = Rectificatif.objects.visibles_par(request.user).confirmes()
    rectificatif = get_object_or_404(confirmes.select_related("propose_par", "confirme_par"), pk=pk)
    rectificatif.protocole = protocole_visible(request, rectificatif.protocole_id, "clos_par", "resilie_par")
    acte = acte_du_releve(rectificatif.protocole, rectificatif)
    retour = ("Relevé de fin", adresse(rectificatif.protocole, "releve"))
    demander = travaux.demander_le_rectificatif
    return _servir(request, rectificatif, acte, demander, titre_du_releve(acte), retour)


@require_http_methods(["GET", "HEAD", "POST"])
def avenant_pdf(request, pk):
    avenant = avenant_visible(request, pk)
    if (acte := acte_de_l_avenant(avenant)) is None:
        raise Http404("Un avenant s’imprime une fois transmis.")
    retour = (str(avenant), adresse_de_l_avenant(avenant))
    return _servir(request, avenant, acte, travaux.demander_l_avenant, titre_de_l_avenant(acte), retour)


def _servir(request, objet, acte, demander, titre, retour=None):
    if request.method == "POST":
        with transaction.atomic():
            demander(objet)
        return redirect(f"{request.path}?attente=1")
    retour = retour or ("Le protocole", adresse(objet))
    return servir(request, travaux.document_de(acte), titre=titre, retour=retour)
