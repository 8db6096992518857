"""La partie « Pièces » d'une demande : ce qui est demandé, ce qui est déjà au dossier, ce qui manque."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.urls import reverse

from projets.canevas import parties_de
from projets.forms.pieces import PieceForm
from projets.models import PieceInitiative, PieceOrganisme
from projets.models.appels import NaturePiece
from projets.models.pieces import (
    aussi_jointes,
    empechements_a_retirer_du_dossier,
    joindre,
    retirer,
    retirer_du_dossier,
)
from projets.permissions import peut, peut_pour_l_organisme
from projets.views.reperes import adresse, demande_visible, reperes
from socle.pages.gestes import envoye, page_de_geste
from socle.pages.pieces import piece_en_mots, telechargement
from socle.valeurs.entiers import entier

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
        fait=partial(_fait, initiative),
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
            _ligne(piece, "piece_d_organisme", retrait=_retrait_du_dossier(piece, initiative))
            for piece in du_dossier.valides().avec_appui().select_related("televersee_par")
        ),
    ]


def _fait(initiative, piece):
    """Le même fichier joint deux fois n'est pas refusé : il sert peut-être deux fois. Mais cela se dit."""
    if not (autres := aussi_jointes(initiative, piece)):
        return "La pièce est jointe."
    natures = ", ".join(f"«\xa0{nature}\xa0»" for nature in dict.fromkeys(autres))
    return f"La pièce est jointe. Le même fichier l’est déjà\xa0: {natures}. Retirez l’un des deux si c’est une erreur."


def _retrait_du_dossier(piece, initiative):
    if piece.appuyee:
        return ""
    return f"{reverse('projets:piece_dossier_retrait', args=[piece.pk])}?demande={initiative.pk}"


def _ligne(piece, nom, retrait=""):
    """L'empreinte sert à qui examine; qui joint la pièce n'en a que faire."""
    url, nom = (
        reverse(f"projets:{nom}", args=[piece.pk]),
        f"{piece.nom} ({piece.get_nature_display().lower()})",
    )
    return piece_en_mots(piece, url, nom=nom, url_retrait=retrait) | {"empreinte": ""}


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


def retrait_du_dossier(request, pk):
    """Celle du dossier de l'organisme; on revient d'où l'on vient, une de ses demandes ou « Mes organismes »."""
    visibles = PieceOrganisme.objects.visibles_par(request.user).select_related("organisme")
    piece = get_object_or_404(visibles, pk=pk)
    mes_organismes = ("Mes organismes", reverse("projets:mes_organismes"))
    demande = entier(request.GET.get("demande", ""))
    return page_de_geste(
        request,
        partial(retirer_du_dossier, piece),
        refus=peut_pour_l_organisme(request.user, "rediger", piece.organisme),
        gabarit="projets/organismes/piece_retrait.html",
        libelle="Retirer la pièce du dossier",
        fait="La pièce est retirée du dossier.",
        empechements=empechements_a_retirer_du_dossier(piece),
        danger=True,
        piece=piece,
        objet_en_mots=str(piece.organisme),
        etapes=[mes_organismes],
        retour=reverse("projets:pieces", args=[demande]) if demande else mes_organismes[1],
    )
