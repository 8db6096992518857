"""Les documents d'une convention : ses PDF, ceux de ses avenants, son règlement, leurs données, les pièces signées.

Une lecture n'écrit rien : c'est un envoi (POST) qui demande la préparation d'un document.
"""

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from alliances.plans.models.instantanes import forme_canonique
from alliances.plans.views.documents import servir
from conventions import travaux
from conventions.models import Avenant, Convention, InstantaneConvention, PieceAvenant
from conventions.views.gestes import convention_visible
from conventions.views.gestes_avenant import avenant_visible
from socle.models import Document
from socle.pages.pieces import piece_en_mots, telechargement


@require_safe
def documents(request, pk):
    convention = convention_visible(request, pk)
    instantanes = InstantaneConvention.objects.visibles_par(request.user).filter(convention=convention)
    contexte = {
        "convention": convention,
        "alliance": convention.alliance,
        "instantanes": instantanes.select_related("avenant", "document").defer("contenu"),
        "avenants": Avenant.objects.visibles_par(request.user).filter(convention=convention),
        "pieces": [_piece(piece) for piece in _pieces(request, convention)],
    }
    return render(request, "conventions/documents.html", contexte)


def _pieces(request, convention):
    visibles = PieceAvenant.objects.visibles_par(request.user).filter(
        signature__avenant__convention=convention
    )
    return visibles.select_related("signature__organisme", "signature__avenant", "televersee_par")


def _piece(piece):
    return piece_en_mots(
        piece,
        reverse("conventions:avenant_piece", args=[piece.pk]),
        nom=f"{piece.nom} – {piece.signature.nom}",
        marque=str(piece.signature.avenant),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def convention_pdf(request, pk):
    """Le projet d'une convention qui n'est pas signée; signée, son document le plus récent."""
    convention = convention_visible(request, pk)
    if dernier := convention.instantanes.defer("contenu").last():
        return redirect("conventions:instantane_pdf", dernier.pk)
    titre = f"{convention} – projet"
    return _projet(request, lambda: travaux.demander_projet(convention), titre, convention)


@require_http_methods(["GET", "HEAD", "POST"])
def avenant_pdf(request, pk):
    """L'avenant : son document une fois en vigueur, un projet avant."""
    avenant = avenant_visible(request, pk, "document")
    titre = f"{avenant.convention} – {str(avenant).lower()}"
    if avenant.document is None:
        return _projet(
            request,
            lambda: travaux.demander_projet_d_avenant(avenant),
            f"{titre}, projet",
            avenant.convention,
        )
    if request.method == "POST":
        with transaction.atomic():
            travaux.demander(avenant.document, travaux.rendre_avenant)
        return redirect(f"{request.path}?attente=1")
    return servir(request, avenant.document, titre=titre, retour=_retour(avenant.convention))


@require_http_methods(["GET", "HEAD", "POST"])
def reglement_pdf(request, pk):
    """Le règlement d'une convention résiliée, tel qu'au jour de la résiliation."""
    convention = convention_visible(request, pk)
    if convention.etat != Convention.Etat.RESILIEE:
        raise Http404("Seule une convention résiliée a un règlement en chiffres.")
    if request.method == "POST":
        with transaction.atomic():
            travaux.demander_reglement(convention)
        return redirect(f"{request.path}?attente=1")
    document = Document.objects.filter(cle=travaux.cle_du_reglement(convention)).first()
    return servir(request, document, titre=f"{convention} – règlement", retour=_retour(convention))


@require_http_methods(["GET", "HEAD", "POST"])
def instantane_pdf(request, pk):
    """La convention telle que signée, ou consolidée par un avenant."""
    instantane = _instantane(request, pk)
    if request.method == "POST":
        with transaction.atomic():
            travaux.demander(instantane.document, travaux.rendre_convention)
        return redirect(f"{request.path}?attente=1")
    return servir(request, instantane.document, titre=str(instantane), retour=_retour(instantane.convention))


@require_safe
def instantane_json(request, pk):
    """Les octets mêmes dont l'empreinte est le SHA-256."""
    instantane = _instantane(request, pk)
    nom = instantane.document.nom.removesuffix(".pdf")
    return HttpResponse(
        forme_canonique(instantane.contenu),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{nom}.json"'},
    )


def _instantane(request, pk):
    visibles = InstantaneConvention.objects.visibles_par(request.user)
    return get_object_or_404(visibles.select_related("convention", "avenant", "document"), pk=pk)


avenant_piece = telechargement(PieceAvenant)


def _projet(request, demander, titre, convention):
    """Un projet se demande, puis se sert sous la clé de ce qu'il disait à la demande."""
    if request.method == "POST":
        with transaction.atomic():
            document = demander()
        return redirect(f"{request.path}?document={document.cle}&attente=1")
    document = None
    if cle := request.GET.get("document"):
        document = get_object_or_404(Document, cle=cle, nom__startswith=f"projet-{convention.pk}-")
    return servir(request, document, titre=titre, retour=_retour(convention))


def _retour(convention):
    return "Documents de la convention", reverse("conventions:documents", args=[convention.pk])
