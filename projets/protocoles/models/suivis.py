"""Ce que l'organisme et la Table s'écrivent d'une initiative sous protocole : une note courte, datée, et sa pièce."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from projets.models import ObjectifInitiative
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.protocoles import SIGNES, Protocole
from projets.protocoles.models.reponses import Cote
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.models.pieces import Piece
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui


class NoteQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))


class NoteDeSuivi(models.Model):
    """Écrite, elle reste : on en écrit une autre. Celle qui nomme un objectif dit où il en est, jusqu'à la suivante."""

    declencheurs = IMMUABLE

    protocole = models.ForeignKey(Protocole, models.PROTECT, verbose_name="protocole", related_name="notes")
    cote = models.CharField("côté", max_length=10, choices=Cote.choices)
    texte = models.TextField("note", max_length=1000)
    objectif = models.ForeignKey(
        ObjectifInitiative, models.PROTECT, verbose_name="objectif", null=True, related_name="+"
    )
    atteint_le = models.DateField("atteint le", null=True)
    ecrite_le = models.DateTimeField("écrite le")
    ecrite_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="écrite par", related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note de suivi"
        verbose_name_plural = "notes de suivi"
        ordering = ["protocole", "pk"]
        constraints = [
            models.CheckConstraint(
                name="note_de_suivi_complete",
                condition=~Q(texte="") & (Q(atteint_le__isnull=True) | Q(objectif__isnull=False)),
                violation_error_message="Une note a son texte; une date d’atteinte nomme son objectif.",
            )
        ]

    def __str__(self):
        return self.texte[:60]

    @staticmethod
    def empechements_a_ecrire(protocole):
        return [] if protocole.etat in SIGNES else ["Une note s’écrit une fois le protocole signé."]

    @classmethod
    @transaction.atomic
    def ecrire(cls, protocole, *, par, cote, texte, objectif=None, atteint_le=None, fichier=None, le=None):
        """`objectif` : celui dont la note parle; `atteint_le` : le jour où il l'a été."""
        protocole = protocole.verrouiller()
        refus = cls.empechements_a_ecrire(protocole)
        exiger(refus or list(_fautes(protocole, texte, objectif, atteint_le)))
        note = cls.objects.create(
            protocole=protocole,
            cote=cote,
            texte=texte.strip(),
            objectif=objectif,
            atteint_le=atteint_le,
            ecrite_le=le or timezone.now(),
            ecrite_par=par,
        )
        if fichier:
            note.pieces.model.televerser(fichier, par=par, note=note)
        protocole.noter("ecrire-note", par=par, le=le)
        return note


def _fautes(protocole, texte, objectif, atteint_le):
    if not texte.strip():
        yield "Écrivez la note."
    if objectif and objectif.initiative_id != protocole.initiative_id:
        yield "Cet objectif n’est pas de cette initiative."
    if atteint_le and not objectif:
        yield "Dites quel objectif est atteint."
    if atteint_le:
        yield from fautes_d_atteinte(atteint_le, protocole.debut)


def fautes_d_atteinte(jour, debut):
    """Un objectif s'atteint entre le début de l'initiative et aujourd'hui."""
    if jour > aujourd_hui():
        yield "Un objectif n’est pas atteint à l’avance."
    elif jour < debut:
        yield f"L’initiative commence le {date_longue(debut)}\xa0: un objectif s’atteint ensuite."


class PieceNoteQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(note__in=NoteDeSuivi.objects.visibles_par(utilisateur))


class PieceNote(Piece):
    """Une photo, une affiche, un reçu : ce qui appuie la note."""

    declencheurs = IMMUABLE

    note = models.ForeignKey(NoteDeSuivi, models.PROTECT, verbose_name="note", related_name="pieces")

    objects = PieceNoteQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "pièce d’une note de suivi"
        verbose_name_plural = "pièces des notes de suivi"
