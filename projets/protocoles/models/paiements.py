"""Un versement à l'organisme : de l'engagé au versé, jamais plus que sa tranche, à personne d'autre que qui a signé."""

import uuid

from django.db import models, transaction

from conventions.models import Convention
from conventions.models.arbres import empechements_d_exercice, empechements_de_reglement
from conventions.models.beneficiaires import en_mots
from conventions.models.gardiens import sortie_ecrite
from conventions.models.parties import copie_de
from conventions.models.sorties import PieceDeSortie, SaisieRefusee
from projets.protocoles.models.gardiens import PAIEMENT_PERMIS
from projets.protocoles.models.mouvements import MouvementDeProtocole, MouvementQuerySet
from projets.protocoles.models.protocoles import FINIS, Protocole
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
        """Ce qui reste de la tranche, et que le grand livre garde encore engagé pour elle."""
        return min(self.tranche.reste(), self.protocole.engage_dans(self.enveloppe))

    def manque(self):
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

    def empechements_de_contrepassation(self):
        """Une erreur se défait à deux, la convention fermée ou non."""
        return empechements_de_reglement(self.convention, self.enveloppe.an)

    def empechements_propres(self):
        """Le protocole fini, le relevé dit déjà ce que l'organisme doit : on ne lui ôte que ce qu'il garde."""
        if self.protocole.etat not in FINIS:
            return []
        if self.protocole.rectificatifs.en_attente().exists():
            return ["Un relevé rectificatif attend d’être confirmé ou écarté."]
        garde = self.protocole.releve.get(affectation=self.tranche.affectation_id).garde
        if self.montant > garde:
            return [
                f"Le relevé de fin ne lui laisse que {en_dollars(garde)}\xa0: rectifiez d’abord ce qui est à récupérer."
            ]
        return []

    @transaction.atomic
    def contrepasser(self, *, par, motif, le=None):
        """Ce qui ne se versera plus retourne aussitôt à l'enveloppe, et le relevé, s'il y en a un, se rectifie."""
        defait = super().contrepasser(par=par, motif=motif, le=le)
        defait.tranche.protocole = protocole = defait.protocole.verrouiller()
        fini = protocole.etat in FINIS
        fermee = defait.convention.etat == Convention.Etat.CLOSE
        if fini or fermee or defait.tranche.etat == Tranche.Etat.ANNULEE:
            protocole.liberer_l_engage(
                {defait.enveloppe: defait.montant}, par=par, motif=motif.strip(), le=le
            )
            type(defait.tranche).objects.filter(pk=defait.tranche_id).update(etat=Tranche.Etat.ANNULEE)
        else:
            defait.tranche.suivre_ses_paiements()
        if fini:
            suite = protocole.rectificatifs.model.suivre_la_contrepassation
            suite(defait, par=par, motif=motif.strip(), le=le)
        return defait


class PiecePaiement(PieceDeSortie):
    """La preuve du virement."""

    sortie = models.ForeignKey(Paiement, models.PROTECT, verbose_name="versement", related_name="pieces")

    class Meta(PieceDeSortie.Meta):
        verbose_name = "pièce d’un versement"
        verbose_name_plural = "pièces des versements"
