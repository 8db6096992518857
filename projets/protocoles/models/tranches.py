"""Les versements prévus à l'organisme : une somme, une condition, une date; la dernière attend le rapport final."""

from contextlib import suppress

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from conventions.models.beneficiaires import en_mots
from projets.models import Affectation
from projets.protocoles.models.gardiens import ECHEANCIER_TRANSMIS
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.protocoles import Protocole
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.texte.typographie import date_longue
from socle.valeurs.argent import ZERO, MontantField, en_dollars, somme
from socle.valeurs.empreintes import empreinte
from socle.valeurs.horloge import aujourd_hui, jour_de


class Condition(models.TextChoices):
    SIGNATURE = "signature", "À la signature"
    RAPPORT = "rapport", "Après l’acceptation du rapport"
    DATE = "date", "À sa date"


class Etat(models.TextChoices):
    PREVUE = "prevue", "À venir"
    LIBEREE = "liberee", "À verser"
    VERSEE = "versee", "Versé"
    SUSPENDUE = "suspendue", "Suspendu"
    ANNULEE = "annulee", "Annulé"


EN_CHEMIN = (Etat.PREVUE, Etat.LIBEREE)


def condition_de_retard(jour):
    """Celle de `Tranche.due_le` passée : rien n'est en retard le jour où c'est libéré, ni celui de la signature."""
    pas_liberee = Q(liberee_le__isnull=True, protocole__signe_le__lt=jour)
    return Q(prevue_le__lt=jour) & (Q(liberee_le__date__lt=jour) | pas_liberee)


class TrancheQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))

    def en_chemin(self):
        return self.filter(etat__in=EN_CHEMIN)

    def en_retard(self, jour):
        return self.filter(condition_de_retard(jour))

    def dues(self, jour):
        """Celles qu'une date libère, de protocoles signés que rien ne suspend."""
        return self.filter(
            etat=Etat.PREVUE,
            condition=Condition.DATE,
            prevue_le__lte=jour,
            protocole__etat=Protocole.Etat.SIGNE,
        )

    def verses_par(self, champ):
        """{valeur du champ: dollars versés}, contrepassations exclues, d'une requête."""
        en_vigueur = Q(paiements__ecriture__contrepassee_par__isnull=True)
        totaux = (
            self.order_by().values_list(champ).annotate(total=somme("paiements__montant", filtre=en_vigueur))
        )
        return dict(totaux)

    def avec_verse(self):
        """La liste, chacune sachant ce qui en est versé."""
        tranches, verses = list(self), self.verses_par("pk")
        for tranche in tranches:
            tranche.deja_verse = verses[tranche.pk] or ZERO
        return tranches


class Tranche(models.Model):
    """Un versement prévu; transmis, seul son état bouge encore."""

    declencheurs = ECHEANCIER_TRANSMIS

    Etat = Etat
    Condition = Condition

    protocole = models.ForeignKey(
        Protocole, models.PROTECT, verbose_name="protocole", related_name="tranches"
    )
    rang = models.PositiveSmallIntegerField("rang")
    affectation = models.ForeignKey(
        Affectation, models.PROTECT, verbose_name="somme accordée", related_name="+"
    )
    montant = MontantField("montant")
    condition = models.CharField("condition", max_length=10, choices=Condition.choices)
    prevue_le = models.DateField("prévue le")
    retenue = models.BooleanField("retenue jusqu’au rapport final", default=False)
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.PREVUE, editable=False)
    suspendue_depuis = models.CharField("suspendue depuis l’état", max_length=10, blank=True, editable=False)
    liberee_le = models.DateTimeField("libérée le", null=True, editable=False)
    liberee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="libérée par",
        null=True,
        editable=False,
        related_name="+",
        help_text="Vide, sa date l’a libérée.",
    )

    annulee_le = models.DateTimeField("annulée le", null=True, editable=False)

    avenant = models.ForeignKey(
        "protocoles.AvenantProtocole",
        models.PROTECT,
        verbose_name="ajoutée par l’avenant",
        null=True,
        editable=False,
        related_name="tranches",
    )

    deja_verse = None  # ce qu'une page en a lu d'avance (`dus`)

    objects = TrancheQuerySet.as_manager()

    class Meta:
        ordering = ["protocole", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["protocole", "rang"], name="tranche_rang_unique"),
            models.CheckConstraint(
                name="tranche_montant_positif",
                condition=Q(montant__gt=0),
                violation_error_message="Un versement est de plus de zéro dollar.",
            ),
            models.CheckConstraint(
                name="tranche_retenue_attend_un_rapport",
                condition=Q(retenue=False) | Q(condition=Condition.RAPPORT),
                violation_error_message="Ce qui est retenu attend le rapport final.",
            ),
            models.CheckConstraint(
                name="tranche_suspendue_depuis",
                condition=Q(etat=Etat.SUSPENDUE, suspendue_depuis__in=EN_CHEMIN)
                | ~Q(etat=Etat.SUSPENDUE) & Q(suspendue_depuis=""),
                violation_error_message="Un versement suspendu dit d’où il reprendra.",
            ),
            models.CheckConstraint(
                name="tranche_liberee_datee",
                condition=Q(etat__in=(Etat.LIBEREE, Etat.VERSEE), liberee_le__isnull=False)
                | Q(etat=Etat.PREVUE, liberee_le__isnull=True, liberee_par__isnull=True)
                | Q(etat=Etat.SUSPENDUE, suspendue_depuis=Etat.PREVUE, liberee_le__isnull=True)
                | Q(etat=Etat.SUSPENDUE, suspendue_depuis=Etat.LIBEREE, liberee_le__isnull=False)
                | Q(etat=Etat.ANNULEE),
                violation_error_message="Un versement libéré a sa date.",
            ),
        ]

    def __str__(self):
        return f"Versement {self.rang}, {en_dollars(self.montant)}"

    @property
    def enveloppe(self):
        return self.affectation.enveloppe

    @property
    def code(self):
        """« INI-2026-01-0007/2 » : ce que nomme un fichier du système comptable."""
        return f"{self.protocole.initiative.numero}/{self.rang}"

    @property
    def due_le(self):
        """La plus tardive de sa date prévue et de sa libération; pas encore libérée, de la signature du protocole."""
        depuis = jour_de(self.liberee_le) if self.liberee_le else self.protocole.signe_le
        return max(self.prevue_le, depuis or self.prevue_le)

    @property
    def nom_complet(self):
        return f"{self.protocole.initiative.numero}, versement {self.rang}"

    @property
    def arret(self):
        """(ce qui l'arrête, depuis quand) d'un versement libéré qu'on ne fait plus; rien s'il ne l'a jamais été."""
        if self.etat == Etat.SUSPENDUE and self.suspendue_depuis == Etat.LIBEREE:
            return "suspension", self.protocole.suspendu_le
        if self.etat == Etat.ANNULEE and self.liberee_le and self.annulee_le:
            return "annulation", self.annulee_le
        return None

    def verse(self):
        """Ce qui en est versé, en dollars, contrepassations exclues."""
        return self.paiements.total() if self.deja_verse is None else self.deja_verse

    def reste(self):
        return self.montant - self.verse()

    @property
    def attend_un_rapport(self):
        """Suspendue, elle l'attend encore."""
        return self.condition == Condition.RAPPORT and Etat.PREVUE in (self.etat, self.suspendue_depuis)

    def attend(self, rapport):
        """Ce rapport, accepté, la libérerait (`RapportRecu.attendent`)."""
        attendue = (self.condition, self.prevue_le) == (Condition.RAPPORT, rapport.attendu_le)
        return attendue and self.etat == Etat.PREVUE and not rapport.est_juge

    def beneficiaire_en_mots(self):
        """L'organisme tel qu'il a signé : c'est à lui seul que l'on verse."""
        return en_mots(*self.protocole.identite_signee())

    def empreinte_a_verser(self):
        """À qui l'on verserait, combien en tout et combien encore : ce que montre la page qui l'inscrit."""
        return empreinte(self.beneficiaire_en_mots(), str(self.montant), str(self.reste()))

    def verrouiller(self):
        """L'initiative, le protocole, puis la tranche, relus sous verrou."""
        protocole = self.protocole.verrouiller()
        tranche = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        tranche.protocole = protocole
        tranche.affectation = protocole.affectations().get(pk=tranche.affectation_id)
        return tranche

    # --- La libérer -----------------------------------------------------------------------------------------

    def empechements_a_liberer(self):
        if self.protocole.etat != Protocole.Etat.SIGNE:
            return ["Le protocole n’est pas en vigueur\xa0: rien ne se libère."]
        if self.etat != Etat.PREVUE:
            return [f"Ce versement n’attend pas de condition\xa0: {self.get_etat_display().lower()}."]
        if self.condition == Condition.RAPPORT:
            return ["Ce versement se libère à l’acceptation de son rapport."]
        if self.condition == Condition.DATE and self.prevue_le > aujourd_hui():
            return [f"Ce versement se libère seul, le {date_longue(self.prevue_le)}."]
        return []

    @transaction.atomic
    def liberer(self, *, par, motif="", le=None):
        """Sa condition est remplie : les finances peuvent le verser. Qui la constate le sait, pas elle."""
        tranche = self.verrouiller()
        exiger(tranche.empechements_a_liberer())
        tranche._liberer(par=par, le=le or timezone.now(), motif=motif)
        return tranche

    def _liberer(self, *, par, le, motif=""):
        self.etat, self.liberee_le, self.liberee_par = Etat.LIBEREE, le, par
        self.save()
        self.noter("liberer-tranche", par=par, le=le, motif=motif)

    def noter(self, geste, *, par, montant=None, aussi=None, **champs):
        apres = {
            "versement": self.rang,
            "montant": en_dollars(self.montant if montant is None else montant),
        }
        self.protocole.noter(geste, par=par, apres=apres | (aussi or {}), **champs)

    @classmethod
    def liberer_ce_qui_est_du(cls):
        """Chaque jour : ce que sa date libère; rend celles qui viennent de l'être."""
        dues = cls.objects.dues(aujourd_hui()).select_related("protocole__initiative")
        liberees = []
        for tranche in dues.order_by("pk"):
            with suppress(TransitionInterdite):  # suspendue entre-temps, elle attendra
                liberees.append(tranche.liberer(par=None))
        return liberees

    # --- L'annuler ------------------------------------------------------------------------------------------

    def empechements_a_annuler(self):
        if self.protocole.etat != Protocole.Etat.SIGNE:
            return ["Le protocole n’est pas en vigueur\xa0: ses versements ne changent plus."]
        if self.etat not in EN_CHEMIN:
            return [f"Ce versement n’est plus à faire\xa0: {self.get_etat_display().lower()}."]
        return []

    def empreinte_a_annuler(self):
        """Ce que la page montrait : un versement passé depuis la change."""
        return empreinte(self.pk, self.etat, self.reste())

    @transaction.atomic
    def annuler(self, *, par, motif, resolution, resolution_le, avis, vu=None, le=None):
        """Ce qu'il en reste ne sera pas versé, et retourne à l'enveloppe; un coût réel moindre, par exemple.

        `resolution`, `resolution_le` et `avis`, le fichier transmis à l'organisme : ce qui l'appuie.
        """
        tranche = self.verrouiller()
        exiger(tranche.empechements_a_annuler())
        if vu is not None and vu != tranche.empreinte_a_annuler():
            raise VersionPerimee("Un versement est passé depuis que la page est ouverte.")
        exiger([] if motif.strip() else ["Écrivez pourquoi ce versement est annulé."])
        transmis = {"resolution": resolution, "resolution_le": resolution_le, "avis": avis}
        avis_transmis = tranche.protocole.avis_transmis.model
        exiger(avis_transmis.fautes(tranche.protocole, **transmis))
        rendus = tranche.protocole.liberer_l_engage(
            {tranche.enveloppe: tranche.reste()}, par=par, motif=motif.strip(), le=le
        )
        inscrit = avis_transmis.inscrire(tranche.protocole, par=par, tranche=tranche, le=le, **transmis)
        montant, aussi = rendus[tranche.enveloppe], {"resolution": str(inscrit)}
        tranche._annuler(par=par, montant=montant, motif=motif.strip(), le=le, aussi=aussi)
        return tranche

    def _annuler(self, *, par, montant, motif, le=None, aussi=None):
        self.etat, self.suspendue_depuis = Etat.ANNULEE, ""
        self.annulee_le = le or timezone.now()
        self.save()
        self.noter("annuler-tranche", par=par, montant=montant, motif=motif, le=le, aussi=aussi)

    # --- Ce qui suit un paiement, une suspension, une fin ---------------------------------------------------

    def suivre_ses_paiements(self):
        """Versée quand plus rien n'en reste; sinon, encore à verser. Sous le verrou de qui paie ou contrepasse.

        Annulée, ce qui en reste le demeure : un virement parti avant n'en libère rien d'autre.
        """
        if self.etat == Etat.ANNULEE:
            self.etat = Etat.ANNULEE if self.reste() else Etat.VERSEE
            return self.save(update_fields=["etat"])
        a_faire = Etat.SUSPENDUE if self.protocole.est_suspendu else Etat.LIBEREE
        self.etat = a_faire if self.reste() else Etat.VERSEE
        self.suspendue_depuis = Etat.LIBEREE if self.etat == Etat.SUSPENDUE else ""
        return self.save(update_fields=["etat", "suspendue_depuis"])

    @classmethod
    def suspendre_celles_de(cls, protocole):
        protocole.tranches.en_chemin().update(suspendue_depuis=F("etat"), etat=Etat.SUSPENDUE)

    @classmethod
    def reprendre_celles_de(cls, protocole):
        protocole.tranches.filter(etat=Etat.SUSPENDUE).update(etat=F("suspendue_depuis"), suspendue_depuis="")
