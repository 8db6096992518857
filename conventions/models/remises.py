"""L'argent que le fiduciaire remet à une MRC qui gère sa part, et ce que la MRC dit en avoir reçu.

Ce qui est remis et pas encore dépensé reste au compte `remis` de l'enveloppe du territoire (docs/adr/0019).
"""

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from conventions.models.enveloppes import Solde
from conventions.models.gardiens import RECEPTION_D_UNE_AUTRE, sortie_ecrite
from conventions.models.pieces_de_sortie import PieceDeSortie
from conventions.models.sorties import Sortie, SortieQuerySet
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.erreurs import TransitionInterdite
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import aujourd_hui


class RemiseQuerySet(SortieQuerySet):
    def lues(self):
        return super().lues().select_related("reception__par")


class Remise(Sortie):
    """Une somme remise à un territoire, de l'enveloppe qui porte son nom."""

    declencheurs = (*IMMUABLE, sortie_ecrite("conventions_remise", "remis"))

    NOM = "Une remise"
    NATURE, COMPTE, GESTE = "remise", "remis", "remettre"
    SEULEMENT = "On ne remet qu’à un territoire qui gère sa part, de son enveloppe d’un exercice ouvert."

    objects = RemiseQuerySet.as_manager()

    class Meta(Sortie.Meta):
        verbose_name = "remise"

    def objet_au_livre(self):
        return f"Remise à {self.enveloppe.territoire_gestionnaire}"

    @property
    def recue(self):
        """Ce que le territoire dit en avoir reçu, ou `None`."""
        return getattr(self, "reception", None)

    @staticmethod
    def admet(enveloppe):
        return enveloppe.territoire_gestionnaire is not None

    def empechements_propres(self):
        remis = Solde.objects.get(pk=self.enveloppe_id).remis
        if remis >= self.montant:
            return []
        return [
            f"De ce qui est remis à «\xa0{self.enveloppe}\xa0», il ne reste que {en_dollars(remis)}\xa0: contrepassez "
            "d’abord les dépenses qu’elle a payées, ou défaites le report ou la récupération qui l’a prise."
        ]

    def empechements_a_contrepasser_par(self, par):
        """Reçue, elle tient à deux personnes : il en faut une autre pour la défaire."""
        refus = self.empechements_a_contrepasser()
        if self.recue and par.pk == self.par_id:
            refus.append(
                "Le territoire a confirmé l’avoir reçue\xa0: une autre personne que celle qui l’a inscrite la "
                "contrepasse."
            )
        return refus

    def empechements_a_recevoir(self):
        if self.contrepassee_par:
            return ["Cette remise est contrepassée."]
        if self.recue:
            return [f"La réception est déjà confirmée, le {date_longue(self.recue.recue_le)}."]
        return []

    def empechements_a_recevoir_par(self, par):
        """Qui remet la somme ne dit pas aussi qu'elle est arrivée."""
        refus = self.empechements_a_recevoir()
        if par.pk == self.par_id:
            refus.append("Vous avez inscrit cette remise\xa0: une autre personne en confirme la réception.")
        return refus

    @transaction.atomic
    def recevoir(self, *, par, recue_le, le=None):
        """Le territoire confirme avoir reçu la somme. Facultatif : rien n'attend cette confirmation."""
        convention = self.convention.verrouiller()
        remise = type(self).objects.lues().get(pk=self.pk)
        refus = remise.empechements_a_recevoir_par(par)
        if recue_le > aujourd_hui():
            refus = [*refus, "La date de réception ne peut pas être dans le futur."]
        if recue_le < remise.faite_le:
            refus = [*refus, f"La remise est du {date_longue(remise.faite_le)}\xa0: la réception la suit."]
        if refus:
            raise TransitionInterdite(refus)
        ReceptionDeRemise.objects.create(remise=remise, recue_le=recue_le, par=par, le=le or timezone.now())
        apres = {"montant": en_dollars(remise.montant), "recue_le": recue_le.isoformat()}
        convention.noter("recevoir-remise", par=par, le=le, objet=remise.enveloppe, apres=apres)
        return type(self).objects.lues().get(pk=self.pk)


class PieceRemise(PieceDeSortie):
    """La preuve du virement d'une remise."""

    sortie = models.ForeignKey(Remise, models.PROTECT, verbose_name="remise", related_name="pieces")

    class Meta(PieceDeSortie.Meta):
        verbose_name = "pièce d’une remise"
        verbose_name_plural = "pièces des remises"


class ReceptionDeRemise(models.Model):
    """« Nous l'avons reçue » : le jour, dit par une personne du territoire."""

    remise = models.OneToOneField(Remise, models.PROTECT, verbose_name="remise", related_name="reception")
    recue_le = models.DateField("reçue le")
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="confirmée par", related_name="+"
    )
    le = models.DateTimeField("confirmée le")

    declencheurs = (*IMMUABLE, RECEPTION_D_UNE_AUTRE)

    objects = RequeteProtegee.as_manager()

    class Meta:
        verbose_name = "réception d’une remise"
        verbose_name_plural = "réceptions des remises"

    def __str__(self):
        return f"Réception – {self.remise}"
