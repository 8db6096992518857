"""La partie « Pièces » d'une demande : ce qui est demandé, ce qui est déjà au dossier, ce qui manque."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse

from projets.canevas import parties_de
from projets.forms.pieces import PieceForm
from projets.models import PieceInitiative, PieceOrganisme
from projets.models.appels import NaturePiece
from projets.models.pieces import joindre, retirer
from projets.permissions import peut
from projets.views.reperes import adresse, demande_visible, reperes
from socle.pages.gestes import envoye, page_de_geste
from socle.pages.pieces import piece_en_mots, telechargement

piece_d_organisme = telechargement(PieceOrganisme)
piece_d_initiative = telechargement(PieceInitiative)


def pieces(request, pk):
    initiative = demande_visible(request, pk)
    demandees = [NaturePiece(nature) for nature in initiative.appel.pieces_demandees]
    refus = peut(request.user, "rediger", initiative)
    codes = [partie.code for partie in parties_de(initiative)]
    rang = codes.index("pieces") + 1 if "pieces" in codes else 0
    return page_de_geste(
        request,
        partial(joindre, initiative),
        refus=refus,
        form=PieceForm(*envoye(request), demandees=demandees, au_dossier=not initiative.se_saisit_au_nom),
        gabarit="projets/demande/pieces.html",
        libelle="Joindre",
        fait="La pièce est jointe.",
        empechements=initiative.empechements_a_modifier(),
        titre=f"{rang}. Pièces" if rang else "Pièces",
        rang=rang,
        annulation="Ma demande",
        annuler=adresse(initiative),
        attendues=initiative.pieces_demandees(),
        jointes=_jointes(request, initiative),
        **reperes(initiative) | {"retour": adresse(initiative, "pieces")},
    )


def _jointes(request, initiative):
    """Celles de la demande, puis celles du dossier de l'organisme, dans la forme du composant.

    Un essai ne garde d'une pièce que son nom : elle ne s'ouvre ni ne se retire.
    """
    if initiative.est_un_essai:
        return []
    des_demandes = PieceInitiative.objects.visibles_par(request.user).filter(initiative=initiative)
    du_dossier = PieceOrganisme.objects.visibles_par(request.user).filter(organisme=initiative.organisme)
    return [
        *(
            _ligne(piece, "piece_d_initiative", retrait=reverse("projets:piece_retrait", args=[piece.pk]))
            for piece in des_demandes.select_related("televersee_par")
        ),
        *(
            _ligne(piece, "piece_d_organisme")
            for piece in du_dossier.valides().select_related("televersee_par")
        ),
    ]


def _ligne(piece, nom, retrait=""):
    url = reverse(f"projets:{nom}", args=[piece.pk])
    return piece_en_mots(
        piece, url, nom=f"{piece.nom} ({piece.get_nature_display().lower()})", url_retrait=retrait
    )


def du_depot(utilisateur, initiative):
    """(les pièces de la demande, celles du dossier de l'organisme qu'elle demandait), au jour du dépôt."""
    siennes = PieceInitiative.objects.visibles_par(utilisateur).filter(initiative=initiative)
    du_dossier = PieceOrganisme.objects.visibles_par(utilisateur).filter(organisme=initiative.organisme)
    demandees = du_dossier.filter(nature__in=initiative.appel.pieces_demandees)
    au_depot = demandees.du_depot(initiative.recue_le or initiative.deposee_le)
    return siennes.select_related("televersee_par"), au_depot.select_related("televersee_par")


def lignes_des(siennes, du_dossier):
    """Ces pièces, pour qui les lit sans pouvoir les retirer."""
    return [
        *(_ligne(piece, "piece_d_initiative") for piece in siennes),
        *(_ligne(piece, "piece_d_organisme") for piece in du_dossier),
    ]


def retrait(request, pk):
    visibles = PieceInitiative.objects.visibles_par(request.user)
    piece = get_object_or_404(visibles.select_related("initiative__organisme", "initiative__appel"), pk=pk)
    return page_de_geste(
        request,
        partial(retirer, piece),
        refus=peut(request.user, "rediger", piece.initiative),
        gabarit="projets/demande/piece_retrait.html",
        libelle="Retirer la pièce",
        fait="La pièce est retirée.",
        empechements=piece.initiative.empechements_a_modifier(),
        danger=True,
        piece=piece,
        **reperes(piece.initiative) | {"retour": adresse(piece.initiative, "pieces")},
    )
