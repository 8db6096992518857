"""Un versement à l'organisme : de l'engagé au versé, jamais plus que sa tranche, à personne d'autre que qui a signé."""

import uuid

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from conventions.models import Convention
from conventions.models.arbres import empechements_d_exercice, empechements_de_reglement
from conventions.models.beneficiaires import en_mots
from conventions.models.gardiens import sortie_ecrite
from conventions.models.parties import copie_de
from conventions.models.pieces_de_sortie import PieceDeSortie
from conventions.models.sorties import SaisieRefusee
from projets.protocoles.models.gardiens import PAIEMENT_PERMIS
from projets.protocoles.models.mouvements import MouvementDeProtocole, MouvementQuerySet
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.protocoles import FINIS, OUVERTS, Protocole
from projets.protocoles.models.tranches import Tranche
from socle.declencheurs import IMMUABLE
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import jour_de

RECTIFICATIF_EN_ATTENTE = "Un relevé rectificatif attend d’être confirmé ou écarté."
DEJA_PARTI = "Parti avant, il s’inscrit comme virement déjà parti, à l’état des versements du protocole."


def beneficiaire_change(protocole):
    """Pourquoi rien ne se verse à un organisme dont l'identité n'est plus celle qu'il a signée."""
    fige, actuel = protocole.identite_signee(), copie_de(protocole.initiative.organisme).values()
    return (
        f"Le bénéficiaire a changé depuis la signature\xa0: {en_mots(*fige)} alors, {en_mots(*actuel)} maintenant. "
        "Rien ne se verse avant qu’un avenant signé le dise; dissous, le protocole se résilie."
    )


class Arret(models.TextChoices):
    SUSPENSION = "suspension", "La suspension"
    ANNULATION = "annulation", "L’annulation, ou la fin"


class PaiementQuerySet(MouvementQuerySet):
    CHEMIN = "tranche__"

    def lues(self):
        return (
            super().lues().select_related("tranche__protocole__initiative__organisme", "tranche__affectation")
        )


class Paiement(MouvementDeProtocole):
    """Une somme versée sur une tranche libérée; plusieurs font la tranche."""

    declencheurs = (
        *IMMUABLE,
        sortie_ecrite("protocoles_paiement", "verse", permise=PAIEMENT_PERMIS, par_objet="tranche_id"),
    )

    NOM = "Un versement à un organisme"
    IDENTITE = ("tranche", "montant", "faite_le")
    NATURE, COMPTE, GESTE = "versement", "verse", "payer"

    tranche = models.ForeignKey(
        Tranche, models.PROTECT, verbose_name="versement prévu", related_name="paiements"
    )

    parti_avant = models.CharField(
        "parti avant",
        max_length=10,
        choices=Arret.choices,
        blank=True,
        editable=False,
        help_text="Ce qui arrête son versement, quand la banque le date d’avant.",
    )
    motif = models.TextField("motif", max_length=2000, blank=True, editable=False)
    lot = models.UUIDField(
        "lot", default=uuid.uuid4, editable=False, help_text="Ceux d’un seul chèque sont inscrits ensemble."
    )

    objects = PaiementQuerySet.as_manager()

    class Meta(MouvementDeProtocole.Meta):
        constraints = [
            *(c for c in MouvementDeProtocole.Meta.constraints if not c.name.endswith("_reference_unique")),
            models.UniqueConstraint(
                fields=["convention", "reference", "tranche", "annulations_avant"],
                name="paiement_reference_unique",
                violation_error_message="Cette référence sert déjà à ce versement.",
            ),
            models.CheckConstraint(
                name="paiement_parti_avant_motive",
                condition=Q(parti_avant="", motif="") | ~Q(parti_avant="") & ~Q(motif=""),
                violation_error_message="Un virement appris après coup a son motif.",
            ),
        ]
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
        """Ce qui reste de la tranche, et que le grand livre garde encore engagé pour elle, ou disponible à nouveau."""
        if self.parti_avant == Arret.ANNULATION:
            return min(self.tranche.reste(), super().reste())
        return min(self.tranche.reste(), self.protocole.engage_dans(self.enveloppe))

    def manque(self):
        if self.parti_avant == Arret.ANNULATION and self.montant <= self.tranche.reste():
            return f"{super().manque()} Un transfert doit d’abord y ramener ce que ce virement a pris."
        return f"Il ne reste que {en_dollars(self.reste())} à verser."

    # --- L'inscrire -----------------------------------------------------------------------------------------

    def sous_sa_reference(self):
        """Un chèque peut payer plusieurs versements : chacun, une fois."""
        return super().sous_sa_reference().filter(tranche=self.tranche)

    def deja_inscrite(self):
        if deja := super().deja_inscrite():
            return deja
        for autre in super().sous_sa_reference().exclude(tranche=self.tranche).en_vigueur().lues():
            if not self._du_meme_cheque(autre):
                raise SaisieRefusee([("reference", f"{self._deja()}\xa0: {autre._en_mots()}.")])
        return None

    def _du_meme_cheque(self, autre):
        """Dans le même lot, le même jour, au même organisme."""
        return (self.lot, self.faite_le, self.copie) == (autre.lot, autre.faite_le, autre.copie)

    @classmethod
    @transaction.atomic
    def inscrire(cls, *, par, tranche, le=None, **saisie):
        """Écrit le versement et son mouvement. Le même, répété, rend celui qui y est. Lève `SaisieRefusee`."""
        tranche = tranche.verrouiller()
        saisie |= {"tranche": tranche, "enveloppe": tranche.enveloppe}
        return cls._inscrire_pour(tranche.protocole, par=par, le=le, **saisie)

    @classmethod
    def empechements_a_inscrire_deja_parti(cls, tranche):
        """Un versement libéré, puis arrêté; d'une convention fermée, seulement si l'argent y est encore engagé."""
        if not tranche.arret:
            return [
                "Ce versement n’est pas arrêté après avoir été libéré\xa0: il s’inscrit comme les autres, ou pas du "
                "tout."
            ]
        annule = tranche.arret[0] == Arret.ANNULATION
        if annule and tranche.enveloppe.convention.etat != Convention.Etat.SIGNEE:
            return [
                "La convention est fermée, et rien n’y est plus engagé pour ce versement\xa0: récupérez la somme de "
                "l’organisme, et dites-le au Ministère."
            ]
        return []

    @classmethod
    @transaction.atomic
    def inscrire_deja_parti(cls, *, par, tranche, motif, piece, le=None, **saisie):
        """Un virement que la banque date d'avant la suspension, l'annulation ou la fin, et qu'on apprend après.

        Il s'inscrit à sa vraie date, et ne libère rien d'autre; le protocole fini, le relevé se rectifie avec lui.
        """
        tranche, motif = tranche.verrouiller(), motif.strip()
        refus = cls.empechements_a_inscrire_deja_parti(tranche)
        exiger(refus or ([] if motif else ["Écrivez comment on l’a appris."]))
        exiger([] if piece else ["Joignez la preuve du virement, tirée de la banque."])
        saisie |= {"tranche": tranche, "enveloppe": tranche.enveloppe, "motif": motif}
        saisie["parti_avant"] = tranche.arret[0]
        paiement = cls._inscrire_pour(tranche.protocole, par=par, le=le, **saisie)
        PiecePaiement.televerser(piece, par=par, sortie=paiement)
        return paiement

    def _ecrire(self, *, par, le, **saisie):
        protocole = self.protocole
        self._exiger_le_bon_beneficiaire()
        if self.parti_avant == Arret.ANNULATION:
            protocole.reengager(self.enveloppe, self.montant, par=par, motif=self.motif, le=le)
        ligne = super()._ecrire(par=par, le=le, **saisie)
        self.tranche.suivre_ses_paiements()
        if protocole.etat in FINIS:
            suite = protocole.rectificatifs.model.suivre_le_versement
            suite(ligne, -ligne.montant, par=par, motif=self.motif, le=le)
        return ligne

    def _exiger_le_bon_beneficiaire(self):
        """Repris par un autre organisme, ce qui est parti avant est allé à celui qui le portait."""
        repris = self.protocole.avenants.signes().filter(repreneur__isnull=False)
        depuis = repris.aggregate(le=models.Max("signe_le"))["le"]
        if depuis and self.faite_le < depuis:
            phrase = f"{self.nom_fige} porte l’initiative depuis le {date_longue(depuis)}\xa0: une somme partie avant"
            raise SaisieRefusee([("faite_le", f"{phrase} est allée à un autre organisme.")])

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
        if self.parti_avant and self.faite_le > (jour := jour_de(self.tranche.arret[1])):
            yield (
                "faite_le",
                f"Ce versement est arrêté depuis le {date_longue(jour)}\xa0: ce qui est parti ensuite se récupère de "
                "l’organisme.",
            )

    def fautes_propres(self):
        protocole = self.protocole
        if not self.parti_avant:
            yield from self._fautes_d_etat()
        elif protocole.etat in FINIS and protocole.rectificatifs.en_attente().exists():
            yield "tranche", RECTIFICATIF_EN_ATTENTE
        if protocole.etat in OUVERTS:
            return
        if protocole.beneficiaire_a_change():
            yield "tranche", beneficiaire_change(protocole)

    def _fautes_d_etat(self):
        """Arrêté après avoir été libéré, il dit où s'inscrit ce qui était déjà parti."""
        parti = f" {DEJA_PARTI}" if self.tranche.arret else ""
        if self.protocole.etat != Protocole.Etat.SIGNE:
            etat = self.protocole.get_etat_display().lower()
            yield "tranche", f"Le protocole est {etat}\xa0: rien ne se verse.{parti}"
        elif self.tranche.etat != Tranche.Etat.LIBEREE:
            etat = self.tranche.get_etat_display().lower()
            yield "tranche", f"Ce versement ne se fait pas\xa0: {etat}.{parti}"

    # --- Le contrepasser ------------------------------------------------------------------------------------

    def empechements_de_contrepassation(self):
        """Une erreur se défait à deux, la convention fermée ou non."""
        return empechements_de_reglement(self.convention, self.enveloppe.an)

    def empechements_propres(self):
        """Le protocole fini, le relevé dit déjà ce que l'organisme doit : on ne lui ôte que ce qu'il garde."""
        if self.protocole.etat not in FINIS:
            return []
        if self.protocole.rectificatifs.en_attente().exists():
            return [RECTIFICATIF_EN_ATTENTE]
        garde = self.protocole.releve.get(affectation=self.tranche.affectation_id).garde
        if self.montant > garde:
            return [
                f"Le relevé de fin ne lui laisse que {en_dollars(garde)}\xa0: rectifiez d’abord ce qui est à récupérer."
            ]
        return []

    @property
    def est_regle(self):
        """Défait, il ne se referait pas : la somme retourne à son enveloppe."""
        fermee = self.convention.etat == Convention.Etat.CLOSE
        annule = self.tranche.etat == Tranche.Etat.ANNULEE or self.parti_avant == Arret.ANNULATION
        return self.protocole.etat in FINIS or fermee or annule

    @transaction.atomic
    def contrepasser(self, *, par, motif, le=None):
        """Ce qui ne se versera plus retourne aussitôt à l'enveloppe, et le relevé, s'il y en a un, se rectifie."""
        defait = super().contrepasser(par=par, motif=motif, le=le)
        defait.tranche.protocole = protocole = defait.protocole.verrouiller()
        if defait.est_regle:
            protocole.liberer_l_engage(
                {defait.enveloppe: defait.montant}, par=par, motif=motif.strip(), le=le
            )
            annulee_le = defait.tranche.annulee_le or le or timezone.now()
            siennes = Tranche.objects.filter(pk=defait.tranche_id)
            siennes.update(etat=Tranche.Etat.ANNULEE, annulee_le=annulee_le)
        else:
            defait.tranche.suivre_ses_paiements()
        if protocole.etat in FINIS:
            suite = protocole.rectificatifs.model.suivre_le_versement
            suite(defait, defait.montant, par=par, motif=motif.strip(), le=le)
        return defait


class PiecePaiement(PieceDeSortie):
    """La preuve du virement."""

    sortie = models.ForeignKey(Paiement, models.PROTECT, verbose_name="versement", related_name="pieces")

    class Meta(PieceDeSortie.Meta):
        verbose_name = "pièce d’un versement"
        verbose_name_plural = "pièces des versements"
