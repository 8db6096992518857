"""Un versement à l'organisme : de l'engagé au versé, jamais plus que sa tranche, à personne d'autre que qui a signé."""

from django.db import models, transaction

from conventions.models import Convention
from conventions.models.arbres import empechements_d_exercice
from conventions.models.beneficiaires import en_mots
from conventions.models.gardiens import sortie_ecrite
from conventions.models.parties import copie_de
from conventions.models.sorties import PieceDeSortie
from projets.protocoles.models.gardiens import PAIEMENT_PERMIS
from projets.protocoles.models.mouvements import MouvementDeProtocole, MouvementQuerySet
from projets.protocoles.models.protocoles import Protocole
from projets.protocoles.models.tranches import Tranche
from socle.declencheurs import IMMUABLE
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import jour_de


def beneficiaire_change(protocole):
    """Pourquoi rien ne se verse à un organisme dont l'identité n'est plus celle qu'il a signée."""
    fige, actuel = protocole.identite_signee(), copie_de(protocole.initiative.organisme).values()
    return (
        f"Le bénéficiaire a changé depuis la signature\xa0: {en_mots(*fige)} alors, {en_mots(*actuel)} maintenant. "
        "Rien ne se verse avant qu’un avenant signé le dise; dissous, le protocole se résilie."
    )


class PaiementQuerySet(MouvementQuerySet):
    CHEMIN = "tranche__"

    def lues(self):
        return (
            super().lues().select_related("tranche__protocole__initiative__organisme", "tranche__affectation")
        )


class Paiement(MouvementDeProtocole):
    """Une somme versée sur une tranche libérée; plusieurs font la tranche."""

    declencheurs = (*IMMUABLE, sortie_ecrite("protocoles_paiement", "verse", permise=PAIEMENT_PERMIS))

    NOM = "Un versement à un organisme"
    IDENTITE = ("tranche", "montant", "faite_le")
    NATURE, COMPTE, GESTE = "versement", "verse", "payer"

    tranche = models.ForeignKey(
        Tranche, models.PROTECT, verbose_name="versement prévu", related_name="paiements"
    )

    objects = PaiementQuerySet.as_manager()

    class Meta(MouvementDeProtocole.Meta):
        verbose_name = "versement à un organisme"
        verbose_name_plural = "versements aux organismes"

    @property
    def protocole(self):
        return self.tranche.protocole

    def contenu(self):
        return super().contenu() | {"tranche": self.tranche_id}

    def mouvement(self):
        return [(self.enveloppe, "engage", -self.montant), *super().mouvement()]

    def reste(self):
        """Ce qui reste de la tranche, et que le grand livre garde encore engagé pour elle."""
        return min(self.tranche.reste(), self.protocole.engage_dans(self.enveloppe))

    def manque(self):
        return f"Il ne reste que {en_dollars(self.reste())} à verser."

    # --- L'inscrire -----------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def inscrire(cls, *, par, tranche, le=None, **saisie):
        """Écrit le versement et son mouvement. Le même, répété, rend celui qui y est. Lève `SaisieRefusee`."""
        tranche = tranche.verrouiller()
        saisie |= {"tranche": tranche, "enveloppe": tranche.enveloppe}
        return cls._inscrire_pour(tranche.protocole, par=par, le=le, **saisie)

    def _ecrire(self, *, par, le, **saisie):
        ligne = super()._ecrire(par=par, le=le, **saisie)
        self.tranche.suivre_ses_paiements()
        return ligne

    def empechements_de_sortie(self):
        """Une convention résiliée paie encore ce qu'elle a gardé; close, elle ne paie plus rien."""
        if self.convention.etat == Convention.Etat.RESILIEE:
            return []
        return empechements_d_exercice(self.convention, self.enveloppe.an)

    def fautes_de_date(self):
        """Ni avant la signature, ni avant d'être libéré."""
        yield from super().fautes_de_date()
        libere_le = self.tranche.liberee_le and jour_de(self.tranche.liberee_le)
        if libere_le and self.faite_le < libere_le:
            yield (
                "faite_le",
                f"Ce versement est libéré du {date_longue(libere_le)}\xa0: il ne se fait pas avant.",
            )

    def fautes_propres(self):
        protocole = self.protocole
        if protocole.etat != Protocole.Etat.SIGNE:
            yield "tranche", f"Le protocole est {protocole.get_etat_display().lower()}\xa0: rien ne se verse."
            return
        if self.tranche.etat != Tranche.Etat.LIBEREE:
            etat = self.tranche.get_etat_display().lower()
            yield "tranche", f"Ce versement ne se fait pas\xa0: {etat}."
        if protocole.beneficiaire_a_change():
            yield "tranche", beneficiaire_change(protocole)

    # --- Le contrepasser ------------------------------------------------------------------------------------

    def empechements_propres(self):
        if self.protocole.etat != Protocole.Etat.SIGNE or self.tranche.etat == Tranche.Etat.ANNULEE:
            return ["Ce qui est réglé ne se contrepasse plus\xa0: ce qui est versé de trop se récupère."]
        return []

    @transaction.atomic
    def contrepasser(self, *, par, motif, le=None):
        defait = super().contrepasser(par=par, motif=motif, le=le)
        defait.tranche.suivre_ses_paiements()
        return defait


class PiecePaiement(PieceDeSortie):
    """La preuve du virement."""

    sortie = models.ForeignKey(Paiement, models.PROTECT, verbose_name="versement", related_name="pieces")

    class Meta(PieceDeSortie.Meta):
        verbose_name = "pièce d’un versement"
        verbose_name_plural = "pièces des versements"
