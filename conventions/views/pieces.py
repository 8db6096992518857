"""Les pièces d'une convention : les résolutions jointes aux signatures, et les autres documents."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.plans.views.documents import piece_jointe
from conventions.forms.gestes import DocumentForm
from conventions.models import PieceConvention
from conventions.permissions import peut
from conventions.views.gestes import accomplir, convention_visible
from socle.acces import exiger
from socle.gestes import envoye


def pieces(request, pk):
    """Lire et joindre; une pièce jointe ne s'efface pas."""
    convention = convention_visible(request, pk)
    refus = peut(request.user, "joindre", convention)
    form = DocumentForm(*envoye(request))
    if request.method == "POST":
        exiger(refus)
        if form.is_valid() and accomplir(request, convention.joindre, form.cleaned_data["fichier"]):
            messages.success(request, "Le document est joint à la convention.")
            return redirect("conventions:pieces", pk=pk)
    return render(
        request,
        "conventions/pieces.html",
        {
            "convention": convention,
            "alliance": convention.alliance,
            "form": form,
            "refus": refus,
            "pieces": pieces_de(convention),
        },
    )


def pieces_de(convention):
    """Les pièces, dans la forme du composant de page."""
    pieces = convention.pieces.select_related("televersee_par", "partie__organisme")
    return [
        {
            "nom": f"{piece.nom} ({_usage(piece)})",
            "url": reverse("conventions:piece", args=[piece.pk]),
            "taille": piece.taille,
            "type": piece.type_mime,
            "empreinte": piece.sha256,
            "par": piece.televersee_par.nom_complet,
            "le": piece.televersee_le,
            "marque": "Signature annulée" if piece.retiree_le else "",
            "url_retrait": "",
        }
        for piece in pieces
    ]


def _usage(piece):
    """« résolution, MRC de La Matapédia »."""
    usage = piece.get_usage_display().lower()
    return f"{usage}, {piece.partie}" if piece.partie_id else usage


@require_safe
def piece(request, pk):
    """Une pièce, en téléchargement."""
    piece = get_object_or_404(PieceConvention.objects.visibles_par(request.user), pk=pk)
    return piece_jointe(piece.fichier, piece.nom, piece.type_mime)
