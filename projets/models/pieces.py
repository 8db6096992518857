"""Les pièces d'une demande : la résolution qui l'autorise, une lettre d'appui; les autres vont au dossier."""

from functools import partial

from django.db import models, transaction
from django.db.models import Q

from projets.models.appels import NaturePiece
from projets.models.dossiers import PieceOrganisme
from projets.models.gardiens import PIECE_RECUE_GARDEE
from projets.models.initiatives import Initiative
from projets.models.ouvertures import ouvertes_parmi
from projets.regles.dates import fautes_de_validite
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite
from socle.models.pieces import Piece, PieceRetirable
from socle.valeurs.horloge import aujourd_hui


class PieceInitiativeQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui voit la demande; qui l'évalue, une fois déclarée sans conflit."""
        vues = Initiative.objects.condition_de_vue(utilisateur, "initiative__")
        ouvertes = ouvertes_parmi(Initiative.objects, utilisateur)
        return self.jointes().filter(vues | Q(initiative__in=ouvertes.order_by().values("pk")))

    def jointes(self):
        return self.filter(retiree_le__isnull=True)


class PieceInitiative(PieceRetirable):
    """Une pièce d'une seule demande : la résolution qui l'autorise, une lettre d'appui."""

    Nature = NaturePiece

    initiative = models.ForeignKey(
        Initiative, models.PROTECT, verbose_name="initiative", related_name="pieces"
    )
    nature = models.CharField("nature", max_length=20, choices=NaturePiece.choices)

    objects = PieceInitiativeQuerySet.as_manager()

    class Meta(PieceRetirable.Meta):
        verbose_name = "pièce d’une initiative"
        verbose_name_plural = "pièces des initiatives"


class PieceRecueQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui voit la demande : l'organisme relit ce qu'on a reçu en son nom."""
        return self.filter(Initiative.objects.condition_de_vue(utilisateur, "initiative__"))


class PieceRecue(Piece):
    """Le document d'une demande reçue autrement, ou sa confirmation écrite : une preuve, qui ne se retire pas."""

    declencheurs = PIECE_RECUE_GARDEE

    class Nature(models.TextChoices):
        DOCUMENT = "document", "Document reçu"
        CONFIRMATION = "confirmation", "Confirmation écrite"

    initiative = models.ForeignKey(
        Initiative, models.PROTECT, verbose_name="initiative", related_name="pieces_recues"
    )
    nature = models.CharField("nature", max_length=12, choices=Nature.choices)

    objects = PieceRecueQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "pièce d’une demande reçue autrement"
        verbose_name_plural = "pièces des demandes reçues autrement"
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "nature"],
                name="piece_recue_une_par_nature",
                violation_error_message="Cette demande a déjà cette pièce.",
            )
        ]


@transaction.atomic
def joindre(initiative, *, par, nature, fichier, valable_jusqu_au=None):
    """Range la pièce où elle sert : au dossier de l'organisme, ou à cette demande seulement.

    Ce que la Table joint au nom d'un organisme reste à la demande : personne d'autre que lui n'écrit à son dossier.
    Lève `TransitionInterdite` si la demande est déposée, `PieceRefusee` si le fichier ne convient pas.
    """
    initiative = initiative.verrouiller()
    if refus := initiative.empechements_a_modifier() or fautes_de_validite(valable_jusqu_au, aujourd_hui()):
        raise TransitionInterdite(refus)
    if nature in NaturePiece.DE_L_ORGANISME and not initiative.se_saisit_au_nom:
        piece = PieceOrganisme.televerser(
            fichier, par=par, organisme=initiative.organisme, nature=nature, valable_jusqu_au=valable_jusqu_au
        )
    else:
        piece = PieceInitiative.televerser(fichier, par=par, initiative=initiative, nature=nature)
    initiative.noter("joindre", par=par, objet=piece.get_nature_display())
    return piece


@transaction.atomic
def retirer(piece, *, par):
    """Une pièce jointe par erreur à une demande qui n'est pas déposée."""
    initiative = piece.initiative.verrouiller()
    if refus := initiative.empechements_a_modifier():
        raise TransitionInterdite(refus)
    piece.retirer(par=par)
    initiative.noter("retirer-piece", par=par, objet=piece.get_nature_display())
    return piece


def aussi_jointes(initiative, piece):
    """Les natures sous lesquelles le même fichier est déjà joint à cette demande, ou au dossier de son organisme."""
    memes = {"sha256": piece.sha256}
    pareilles = [
        *initiative.pieces.jointes().filter(**memes),
        *PieceOrganisme.objects.valides().filter(organisme=initiative.organisme_id, **memes),
    ]
    return [autre.get_nature_display() for autre in pareilles if autre != piece]


def empechements_a_retirer_du_dossier(piece):
    if PieceOrganisme.objects.avec_appui().get(pk=piece.pk).appuyee:
        return [
            "Une demande déposée s’appuie sur cette pièce\xa0: elle reste au dossier. Une plus récente la remplace."
        ]
    return []


@transaction.atomic
def retirer_du_dossier(piece, *, par):
    """Une pièce jointe par erreur, qu'aucune demande déposée n'a montrée, s'efface avec son fichier.

    Ses brouillons, verrouillés, ne se déposent pas pendant ce temps; chacun note qu'elle n'y est plus.
    """
    brouillons = Initiative.objects.filter(organisme=piece.organisme_id, etat=Initiative.Etat.BROUILLON)
    brouillons = list(brouillons.select_for_update(of=("self",)).order_by("pk"))
    if refus := empechements_a_retirer_du_dossier(piece):
        raise TransitionInterdite(refus)
    for initiative in brouillons:
        initiative.noter("retirer-piece", par=par, objet=piece.get_nature_display())
    transaction.on_commit(partial(piece.fichier.storage.delete, piece.fichier.name))
    piece.delete()
    return piece
