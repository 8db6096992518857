"""Un rapport reçu hors du service : ce qu'il dit avoir dépensé, inscrit par l'un, accepté ou non par l'autre.

Tant que les rapports des organismes ne vivent pas dans le service, c'est lui qui remplit la condition d'un versement.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from projets.protocoles.models.gardiens import RAPPORT_JUGE_UNE_FOIS
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.protocoles import Protocole
from socle.acces import RequeteProtegee
from socle.erreurs import VersionPerimee
from socle.models.pieces import Piece
from socle.texte.typographie import date_longue
from socle.valeurs.argent import MontantField, en_dollars
from socle.valeurs.empreintes import empreinte
from socle.valeurs.horloge import aujourd_hui, jour_de

SANS_ATTENTE = "Aucun versement prévu n’attend de rapport à cette date."
RIEN_A_RECEVOIR = "Aucun versement prévu n’attend un rapport qui ne soit pas déjà inscrit."
SEULE = "Vous avez inscrit ce rapport\xa0: une autre personne l’accepte."
SEULE_A_REFUSER = "Vous avez inscrit ce rapport\xa0: une autre personne dit s’il est accepté."
SUSPENDUE = "L’initiative est suspendue\xa0: rien ne se libère avant qu’elle reprenne."


class RapportRecuQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))

    def retenus(self):
        """Sauf ceux qu'on n'a pas acceptés : un autre les remplace."""
        return self.filter(refuse_le=None)


class RapportRecu(models.Model):
    """Le rapport attendu pour une date de l'échéancier; accepté, il libère ce qui l'attendait, et ne change plus.

    Refusé, avec un motif, il reste à l'histoire; un autre se reçoit pour la même date.
    """

    declencheurs = RAPPORT_JUGE_UNE_FOIS

    protocole = models.ForeignKey(
        Protocole, models.PROTECT, verbose_name="protocole", related_name="rapports"
    )
    attendu_le = models.DateField("attendu le", help_text="La date des versements qu’il libère.")
    quoi = models.CharField("ce qui est reçu", max_length=150)
    recu_le = models.DateField("reçu le")
    depense = MontantField("dépensé, selon le rapport")
    inscrit_le = models.DateTimeField("inscrit le", editable=False)
    inscrit_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="inscrit par",
        editable=False,
        related_name="+",
    )
    accepte_le = models.DateTimeField("accepté le", null=True, editable=False)
    accepte_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="accepté par",
        null=True,
        editable=False,
        related_name="+",
    )
    refuse_le = models.DateTimeField("non accepté le", null=True, editable=False)
    refuse_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="non accepté par",
        null=True,
        editable=False,
        related_name="+",
    )
    refus_motif = models.TextField(
        "pourquoi il n’est pas accepté", blank=True, max_length=2000, editable=False
    )

    objects = RapportRecuQuerySet.as_manager()

    class Meta:
        verbose_name = "rapport reçu"
        verbose_name_plural = "rapports reçus"
        ordering = ["protocole", "attendu_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocole", "attendu_le"],
                condition=Q(refuse_le__isnull=True),
                name="rapport_recu_un_par_date",
                violation_error_message="Le rapport de cette date est déjà inscrit.",
            ),
            models.CheckConstraint(
                name="rapport_recu_depense_positive",
                condition=Q(depense__gte=0) & ~Q(quoi=""),
                violation_error_message="Un rapport reçu dit ce qu’il est, et ce qu’il dit dépensé.",
            ),
            models.CheckConstraint(
                name="rapport_recu_accepte_par_une_autre",
                condition=Q(accepte_le__isnull=True, accepte_par__isnull=True)
                | Q(accepte_le__isnull=False, accepte_par__isnull=False) & ~Q(accepte_par=F("inscrit_par")),
                violation_error_message="Une autre personne que celle qui l’inscrit accepte le rapport.",
            ),
            models.CheckConstraint(
                name="rapport_recu_refuse_par_une_autre",
                condition=Q(refuse_le__isnull=True, refuse_par__isnull=True, refus_motif="")
                | Q(refuse_le__isnull=False, refuse_par__isnull=False, accepte_le__isnull=True)
                & ~Q(refus_motif="")
                & ~Q(refuse_par=F("inscrit_par")),
                violation_error_message="Une autre personne que celle qui l’inscrit n’accepte pas le rapport, et dit "
                "pourquoi.",
            ),
        ]

    def __str__(self):
        return f"{self.quoi}, reçu le {date_longue(self.recu_le)}"

    @staticmethod
    def attendent(protocole, attendu_le):
        """Les versements prévus qu'un rapport de cette date libère."""
        prevues = protocole.tranches.filter(etat="prevue", condition="rapport", prevue_le=attendu_le)
        return prevues.select_related("affectation__enveloppe__territoire").order_by("rang")

    # --- L'inscrire -----------------------------------------------------------------------------------------

    @classmethod
    def attendus(cls, protocole):
        """{date: les versements que libérera le rapport de cette date}, de ceux qu'on n'a pas encore reçus.

        Le rapport final en est toujours un, même quand rien ne l'attend; pas avant la fin du protocole.
        """
        dates = cls._de_l_echeancier(protocole)
        final = protocole.rapport_final_le
        if max(dates, default=final) <= final and protocole.rapport_final() is None:
            dates.setdefault(final, [])
        venus = aujourd_hui() >= protocole.fin
        return {jour: siens for jour, siens in sorted(dates.items()) if venus or jour < final}

    @classmethod
    def _de_l_echeancier(cls, protocole):
        inscrits, dates = protocole.rapports_recus(), {}
        for tranche in protocole.tranches.all():
            if tranche.attend_un_rapport and tranche.prevue_le not in inscrits:
                dates.setdefault(tranche.prevue_le, []).append(tranche)
        return dates

    @classmethod
    def empechements_a_inscrire(cls, protocole, attendu_le=None):
        """Sans date, ce qui empêche d'en inscrire aucun."""
        if protocole.etat != Protocole.Etat.SIGNE:
            return ["Le protocole n’est pas en vigueur\xa0: il n’attend pas de rapport."]
        if attendu_le is None:
            if cls.attendus(protocole):
                return []
            return [RIEN_A_RECEVOIR if protocole.rapport_final() else _pas_avant_la_fin(protocole)]
        if attendu_le in protocole.rapports_recus():
            return ["Le rapport de cette date est déjà inscrit."]
        if attendu_le == protocole.rapport_final_le:
            return []
        return [] if attendu_le in cls._de_l_echeancier(protocole) else [SANS_ATTENTE]

    @classmethod
    @transaction.atomic
    def inscrire(cls, protocole, *, par, attendu_le, quoi, recu_le, depense, fichier=None, le=None):
        """Reçu sur papier ou par courriel, avec ou sans sa pièce; suspendue, l'initiative en reçoit encore."""
        protocole = protocole.verrouiller()
        refus = cls.empechements_a_inscrire(protocole, attendu_le)
        exiger(
            refus
            or [
                *_fautes(protocole, quoi, recu_le, depense),
                *_fautes_de_terme(protocole, attendu_le, recu_le),
            ]
        )
        rapport = cls.objects.create(
            protocole=protocole,
            attendu_le=attendu_le,
            quoi=quoi.strip(),
            recu_le=recu_le,
            depense=depense,
            inscrit_le=le or timezone.now(),
            inscrit_par=par,
        )
        if fichier:
            rapport.pieces.model.televerser(fichier, par=par, rapport=rapport)
        rapport.noter("inscrire-rapport", par=par, le=le)
        return rapport

    def noter(self, geste, *, par, **champs):
        apres = {"rapport": str(self), "depense": en_dollars(self.depense)}
        self.protocole.noter(geste, par=par, apres=apres, **champs)

    # --- L'accepter, ou ne pas l'accepter -------------------------------------------------------------------

    @property
    def est_juge(self):
        return self.accepte_le is not None or self.refuse_le is not None

    def empechements_a_refuser(self):
        """Suspendue ou non, l'initiative garde ses rapports à lire."""
        if self.accepte_le:
            return [f"Ce rapport est déjà accepté, le {date_longue(jour_de(self.accepte_le))}."]
        if self.refuse_le:
            return [f"Ce rapport n’est pas accepté, depuis le {date_longue(jour_de(self.refuse_le))}."]
        if self.protocole.etat != Protocole.Etat.SIGNE:
            return ["Le protocole n’est pas en vigueur\xa0: rien ne se libère."]
        return []

    def empechements_a_refuser_par(self, par):
        seule = [SEULE_A_REFUSER] if par.pk == self.inscrit_par_id else []
        return self.empechements_a_refuser() or seule

    @transaction.atomic
    def refuser(self, *, par, motif, le=None):
        """Une autre personne ne l'accepte pas, et dit pourquoi; rien ne se libère, un nouveau rapport est attendu."""
        rapport, motif = self._verrouiller(), motif.strip()
        exiger(rapport.empechements_a_refuser_par(par))
        exiger([] if motif else ["Écrivez pourquoi le rapport n’est pas accepté."])
        rapport.refuse_le, rapport.refuse_par, rapport.refus_motif = le or timezone.now(), par, motif
        rapport.save(update_fields=["refuse_le", "refuse_par", "refus_motif"])
        rapport.noter("refuser-rapport", par=par, le=le, motif=motif)
        return rapport

    def _verrouiller(self):
        protocole = self.protocole.verrouiller()
        rapport = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        rapport.protocole = protocole
        return rapport

    def empechements_a_accepter(self):
        if refus := self.empechements_a_refuser():
            return refus
        if self.protocole.est_suspendu:
            return [SUSPENDUE]
        if self.est_final:
            return []
        return [] if self.attendent(self.protocole, self.attendu_le).exists() else [SANS_ATTENTE]

    @property
    def est_final(self):
        """Il rend compte de toute l'initiative : le protocole ne se clôt pas sans lui."""
        return self.attendu_le >= self.protocole.rapport_final_le

    def empechements_a_accepter_par(self, par):
        return self.empechements_a_accepter() or ([SEULE] if par.pk == self.inscrit_par_id else [])

    def empreinte_a_accepter(self):
        """Ce que la page montrait : les versements qu'il libérerait."""
        attendues = self.attendent(self.protocole, self.attendu_le)
        return empreinte(self.pk, [(tranche.pk, tranche.montant) for tranche in attendues])

    @transaction.atomic
    def accepter(self, *, par, vu=None, le=None):
        """Une autre personne l'accepte : les versements qui l'attendaient sont libérés."""
        le, rapport = le or timezone.now(), self._verrouiller()
        protocole = rapport.protocole
        exiger(rapport.empechements_a_accepter_par(par))
        if vu is not None and vu != rapport.empreinte_a_accepter():
            raise VersionPerimee("Ce que ce rapport libère a changé depuis que la page est ouverte.")
        attendues = list(self.attendent(protocole, rapport.attendu_le).select_for_update(of=("self",)))
        rapport.accepte_le, rapport.accepte_par = le, par
        rapport.save(update_fields=["accepte_le", "accepte_par"])
        rapport.noter("accepter-rapport", par=par, le=le)
        for tranche in attendues:
            tranche.protocole = protocole
            tranche._liberer(par=par, le=le)
        return rapport


def _pas_avant_la_fin(protocole):
    jour = date_longue(protocole.fin)
    return f"L’initiative va jusqu’au {jour}\xa0: son rapport final se reçoit à partir de ce jour."


def _fautes_de_terme(protocole, attendu_le, recu_le):
    """Le rapport final rend compte de tout : il ne se reçoit pas avant la fin."""
    if attendu_le >= protocole.rapport_final_le and recu_le < protocole.fin:
        yield _pas_avant_la_fin(protocole)


def _fautes(protocole, quoi, recu_le, depense):
    if not quoi.strip():
        yield "Dites ce qui est reçu."
    if recu_le > aujourd_hui():
        yield "La date de réception est à venir."
    elif recu_le < protocole.signe_le:
        yield f"Le protocole est signé du {date_longue(protocole.signe_le)}\xa0: le rapport le suit."
    if depense < 0:
        yield "Une dépense n’est pas négative."
    elif depense > (accorde := protocole.montant()):
        yield (
            f"L’aide accordée est de {en_dollars(accorde)}\xa0: il ne s’en est pas dépensé {en_dollars(depense)}."
        )


class PieceRapportQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(rapport__in=RapportRecu.objects.visibles_par(utilisateur))


class PieceRapport(Piece):
    """Le rapport lui-même."""

    rapport = models.ForeignKey(RapportRecu, models.PROTECT, verbose_name="rapport", related_name="pieces")

    objects = PieceRapportQuerySet.as_manager()

    class Meta(Piece.Meta):
        verbose_name = "pièce d’un rapport"
        verbose_name_plural = "pièces des rapports"
