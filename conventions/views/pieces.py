"""Les pièces d'une convention : les résolutions jointes aux signatures, et les autres documents."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse

from conventions.forms.gestes import DocumentForm
from conventions.models import PieceConvention
from conventions.permissions import peut, peut_retirer
from conventions.views.gestes import convention_visible, reperes
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.pages.pieces import piece_en_mots, telechargement

piece = telechargement(PieceConvention)


def pieces(request, pk):
    """Lire et joindre; une pièce jointe ne s'efface pas, un document joint par erreur se retire."""
    convention = convention_visible(request, pk)
    communs, retour = reperes(convention), reverse("conventions:pieces", args=[pk])
    refus = peut(request.user, "joindre", convention)
    return page_de_geste(
        request,
        convention.joindre,
        refus=refus if request.method == "POST" else None,
        form=DocumentForm(*envoye(request)),
        gabarit="conventions/pieces.html",
        libelle="Joindre",
        fait="Le document est joint à la convention.",
        annuler=communs["retour"],
        titre="Pièces",
        annulation="Revenir à la convention",
        pas_de_piece=refus,
        pieces=pieces_de(convention, request.user),
        **communs
        | {
            "chapeau": f"{convention.alliance.nom}, {convention.numero}\u00a0: résolutions, exemplaires signés et "
            "autres documents.",
            "objet_en_mots": f"convention {convention.numero}",
            "retour": retour,
        },
    )


def pieces_de(convention, utilisateur):
    """Les pièces que cette personne voit, dans la forme du composant de page."""
    visibles = PieceConvention.objects.visibles_par(utilisateur).filter(convention=convention)
    pieces = list(visibles.select_related("televersee_par", "partie__organisme"))
    for piece in pieces:
        piece.convention = convention
    return [
        piece_en_mots(
            piece,
            reverse("conventions:piece", args=[piece.pk]),
            nom=f"{piece.nom} ({_usage(piece)})",
            marque=_marque(piece),
            url_retrait=_url_retrait(piece, utilisateur),
        )
        for piece in pieces
    ]


def _url_retrait(piece, utilisateur):
    if piece.empechements_a_retirer() or peut_retirer(utilisateur, piece):
        return ""
    return reverse("conventions:piece_retrait", args=[piece.pk])


def _marque(piece):
    if piece.retiree_le is None:
        return ""
    return "Retiré" if piece.usage == PieceConvention.Usage.AUTRE else "Signature annulée"


def _usage(piece):
    """« résolution, MRC de La Matapédia »."""
    usage = piece.get_usage_display().lower()
    return f"{usage}, {piece.partie}" if piece.partie_id else usage


def retrait(request, pk):
    """Retirer un document joint par erreur, avec un motif."""
    visibles = PieceConvention.objects.visibles_par(request.user)
    piece = get_object_or_404(visibles.select_related("convention__alliance__cycle"), pk=pk)
    return page_de_geste(
        request,
        partial(piece.convention.retirer_piece, piece),
        refus=peut_retirer(request.user, piece),
        form=MotifForm(
            donnees_de(request), aide="Ce qui était faux; sans donner de renseignement personnel."
        ),
        gabarit="conventions/piece_retrait.html",
        libelle="Retirer le document",
        fait="Le document est retiré de la convention.",
        empechements=piece.empechements_a_retirer(),
        danger=True,
        piece=piece,
        **reperes(piece.convention) | {"retour": reverse("conventions:pieces", args=[piece.convention_id])},
    )
