"""Le dossier d'un organisme : ses pièces, qu'on ne redemande pas tant qu'elles valent."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from alliances.models import Organisme
from alliances.models.mandats import DE_L_ETAT, droits_de, vues_selon
from projets.models.appels import NaturePiece
from projets.models.journal import DE_LA_TABLE, JournalProjets
from projets.models.ouvertures import ouvertes_parmi
from socle.acces import RequeteProtegee
from socle.models.pieces import Piece
from socle.valeurs.horloge import aujourd_hui, jour_de


class PieceOrganismeQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """L'organisme; la Table et l'État, dès que l'organisme leur a déposé une demande.

        Celle que la Table inscrit en son nom n'ouvre son dossier qu'une fois confirmée. Qui évalue une demande de
        l'organisme, déclarée sans conflit, en lit les pièces.
        """
        siens = {m.organisme_id for m in droits_de(utilisateur).mandats if m.organisme_id}
        de_lui = Q(mode_reception="") | Q(confirmee_le__isnull=False)
        initiatives = JournalProjets.initiative.field.related_model.objects
        suivies = initiatives.filter(
            vues_selon(
                utilisateur, "alliance", (DE_LA_TABLE | DE_L_ETAT, Q(deposee_le__isnull=False) & de_lui)
            )
        )
        evaluees = ouvertes_parmi(initiatives.filter(de_lui), utilisateur)
        suivis = Q(organisme__in=suivies.order_by().values("organisme"))
        evalues = Q(organisme__in=evaluees.order_by().values("organisme"))
        return self.filter(Q(organisme__in=siens) | suivis | evalues)

    def avec_appui(self):
        """`appuyee` : une demande de l'organisme, déposée depuis, s'appuie sur elle ou s'est lue avec elle."""
        initiatives = JournalProjets.initiative.field.related_model.objects.order_by()
        depuis = Q(deposee_le__gte=OuterRef("televersee_le")) | Q(recue_le__gte=OuterRef("televersee_le"))
        siennes = initiatives.filter(depuis, organisme=OuterRef("organisme"))
        return self.annotate(appuyee=Exists(siennes))

    def valides(self, jour=None):
        """Celles qui servent encore ce jour-là."""
        jour = jour or aujourd_hui()
        return self.filter(Q(valable_jusqu_au__isnull=True) | Q(valable_jusqu_au__gte=jour))

    def du_depot(self, moment):
        """Celles qui y étaient à cet instant et valaient ce jour-là; sans lui, celles d'aujourd'hui."""
        return self.filter(televersee_le__lte=moment).valides(jour_de(moment)) if moment else self.valides()


class PieceOrganisme(Piece):
    """Une pièce au dossier d'un organisme : lettres patentes, états financiers… Une plus récente la remplace."""

    Nature = NaturePiece

    organisme = models.ForeignKey(Organisme, models.PROTECT, verbose_name="organisme", related_name="+")
    nature = models.CharField("nature", max_length=20, choices=NaturePiece.choices)
    valable_jusqu_au = models.DateField(
        "valable jusqu’au", null=True, blank=True, help_text="Vide\u00a0: sans fin."
    )

    objects = PieceOrganismeQuerySet.as_manager()

    @property
    def est_valide(self):
        """Elle sert encore aujourd'hui."""
        return self.valable_jusqu_au is None or self.valable_jusqu_au >= aujourd_hui()

    class Meta(Piece.Meta):
        verbose_name = "pièce d’un organisme"
        verbose_name_plural = "pièces des organismes"
