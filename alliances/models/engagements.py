"""Demander à engager son organisme : la résolution jointe, que la coordination de la Table accepte ou refuse.

Accepter, c'est nommer puis appuyer de cette résolution (docs/adr/0017) : les mêmes gardes y tiennent.
"""

from django.core.files import File
from django.db import models, transaction
from django.db.models import Q, Subquery

from alliances.models.adhesions import (
    DemandeDUnePersonne,
    Etat,
    RequeteDeDemandes,
    coordinations_de,
    membres_de,
    organismes_de,
)
from alliances.models.confiance import est_trop_neuf
from alliances.models.mandats import Mandat
from alliances.models.releve import appuyer, nommer
from alliances.models.roles import Role
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.models.pieces import Piece


class RequeteDEngagements(RequeteDeDemandes):
    def visibles_par(self, utilisateur):
        """Les siennes; celles de ses organismes; celles des Alliances qu'elle coordonne."""
        return self.filter(
            Q(demandee_par=utilisateur.pk)
            | Q(organisme__in=organismes_de(utilisateur))
            | Q(alliance__in=coordinations_de(utilisateur))
        )

    def a_repondre_par(self, utilisateur):
        """Celles de sa Table, sauf d'un organisme dont elle est."""
        siennes = self.en_attente().filter(alliance__in=coordinations_de(utilisateur))
        return siennes.exclude(demandee_par=utilisateur).exclude(organisme__in=organismes_de(utilisateur))


class DemandeDEngagement(DemandeDUnePersonne):
    """Une personne qui rédige demande à engager son organisme, résolution à l'appui."""

    CHOSE = "engagement"

    resolution = models.CharField("numéro de résolution", max_length=60)
    resolution_le = models.DateField("date de la résolution")

    objects = RequeteDEngagements.as_manager()

    class Meta(DemandeDUnePersonne.Meta):
        verbose_name = "demande d’engager un organisme"
        verbose_name_plural = "demandes d’engager un organisme"

    @classmethod
    def empechements_a_demander(cls, organisme, par, alliance):
        """Engager se demande par une personne de l'organisme, une fois par Table, et d'une seule main."""
        if not membres_de(organisme).filter(pk=par.pk).exists():
            return ["Il faut d’abord rédiger pour cet organisme."]
        if cls._engage(organisme, par) and not cls.empechements_a_defaire(organisme, par, alliance):
            return ["Vous engagez déjà cet organisme."]
        if cls.objects.en_attente().filter(organisme=organisme, demandee_par=par).exists():
            return ["Votre demande attend déjà la réponse de la Table."]
        return cls._mandat(organisme, par).contredit_ses_mains()

    @staticmethod
    def _engage(organisme, personne):
        tenus = Mandat.objects.en_titre().filter(organisme=organisme, utilisateur=personne)
        return tenus.filter(role=Role.ENGAGEMENT).exists()

    @classmethod
    def empechements_a_defaire(cls, organisme, par, alliance):
        """Ce qu'une Table a reçu ou accepté ne se défait pas par qui ne tient son engagement que d'une autre."""
        depuis = Mandat.objects.en_vigueur().filter(
            organisme=organisme, utilisateur=par.pk, role=Role.ENGAGEMENT
        )
        acceptees = cls.objects.filter(
            organisme=organisme,
            demandee_par=par.pk,
            etat=Etat.ACCEPTEE,
            decidee_le__date__gte=Subquery(depuis.order_by("debut").values("debut")[:1]),
        )
        tables = set(acceptees.values_list("alliance", flat=True))
        if not tables or alliance.pk in tables:
            return []
        return [
            "Une autre Table a accepté la résolution qui vous nomme\u00a0: celle-ci l’accepte d’abord, ou une autre "
            "personne qui engage l’organisme le fait."
        ]

    @staticmethod
    def _mandat(organisme, personne):
        return Mandat(utilisateur=personne, role=Role.ENGAGEMENT, organisme=organisme)

    @classmethod
    @transaction.atomic
    def demander(cls, organisme, *, par, alliance, resolution, resolution_le, piece):
        """Lève `TransitionInterdite`, ou `PieceRefusee` si le fichier ne convient pas."""
        refus = cls.empechements_a_demander(organisme, par, alliance)
        if refus := refus or Mandat.empechements_de_resolution(resolution_le):
            raise TransitionInterdite(refus)
        demande = cls(organisme=organisme, alliance=alliance, demandee_par=par)
        demande.resolution, demande.resolution_le = resolution, resolution_le
        demande.full_clean(exclude=["decidee_par"])
        demande.save()
        PieceDEngagement.televerser(piece, par=par, demande=demande)
        demande._noter("demander", par=par, apres={"resolution": resolution})
        return demande

    def repondants(self):
        """La coordination en titre de la Table, sauf qui est de cet organisme."""
        titres = Mandat.objects.en_titre().filter(role=Role.COORDINATION, alliance=self.alliance)
        autres = Utilisateur.objects.exclude(pk__in=membres_de(self.organisme).values("pk"))
        return autres.filter(pk__in=titres.values("utilisateur"))

    def empechements_a_decider_par(self, par):
        """Personne n'est aux deux bouts; la résolution d'un compte du jour attend le lendemain."""
        refus = super().empechements_a_decider_par(par)
        if membres_de(self.organisme).filter(pk=par.pk).exists():
            refus.append("Vous êtes de cet organisme\u00a0: une autre personne de la Table répond.")
        elif par.pk != self.demandee_par_id and not self.repondants().filter(pk=par.pk).exists():
            refus.append("La réponse revient à la coordination de la Table.")
        return refus

    def empechements_a_accepter_par(self, par):
        refus = self.empechements_a_decider_par(par)
        if not refus and not membres_de(self.organisme).filter(pk=self.demandee_par_id).exists():
            refus.append("Cette personne n’est plus de cet organisme\u00a0: refusez sa demande.")
        if not refus and est_trop_neuf(self.demandee_par):
            refus.append(
                "Le compte de cette personne vient d’être ouvert\u00a0: la résolution s’accepte dès le lendemain."
            )
        return refus

    @transaction.atomic
    def accepter(self, *, par):
        """La résolution est acceptée : la personne engage l'organisme dès maintenant, si ce n'est déjà fait."""
        demande = self._verrouiller()
        refus = demande.empechements_a_accepter_par(par)
        demande._decider(Etat.ACCEPTEE, "accepter", refus, par=par)
        if self._engage(demande.organisme, demande.demandee_par):
            return demande
        mandat = nommer(demande.demandee_par, Role.ENGAGEMENT, par=par, organisme=demande.organisme)
        jointe = {"resolution": demande.resolution, "resolution_le": demande.resolution_le}
        with demande.piece.fichier.open("rb") as fichier:
            appuyer(mandat, par=par, piece=File(fichier, demande.piece.nom), **jointe)
        return demande


class RequeteDePiecesDEngagement(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Qui voit la demande."""
        return self.filter(demande__in=DemandeDEngagement.objects.visibles_par(utilisateur))


class PieceDEngagement(Piece):
    """La résolution jointe à une demande d'engager."""

    demande = models.OneToOneField(
        DemandeDEngagement, models.PROTECT, verbose_name="demande", related_name="piece"
    )

    objects = RequeteDePiecesDEngagement.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "résolution jointe à une demande d’engager"
        verbose_name_plural = "résolutions jointes aux demandes d’engager"
