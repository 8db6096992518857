"""Un changement demandé par l'organisme : accordé ou refusé par la Table, avec un mot. L'avenant, lui, se signe.

Accordé, ce qui touche les dates, les activités ou le budget attend l'avenant qui le porte.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from projets.protocoles.models.avenants import AvenantProtocole
from projets.protocoles.models.gardiens import CHANGEMENT_REPONDU_UNE_FOIS
from projets.protocoles.models.preparation import exiger
from projets.protocoles.models.protocoles import Protocole
from socle.acces import RequeteProtegee


class ChangementQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(protocole__in=Protocole.objects.visibles_par(utilisateur))

    def en_attente(self):
        return self.filter(repondu_le=None)

    def sans_avenant(self):
        """Accordés, et qu'aucun avenant n'a pu porter : ouvert ou transmis depuis, ou encore en préparation."""
        avenants = AvenantProtocole.objects.filter(protocole=OuterRef("protocole"))
        depuis = Q(cree_le__gte=OuterRef("repondu_le")) | Q(transmis_le__gte=OuterRef("repondu_le"))
        portes = avenants.exclude(etat=AvenantProtocole.Etat.ABANDONNE).filter(
            depuis | Q(etat=AvenantProtocole.Etat.PREPARATION)
        )
        return self.filter(~Exists(portes), issue="accorde", nature__in=PAR_AVENANT)


PAR_AVENANT = ("dates", "activites", "budget")  # ce qu'un avenant change


class ChangementDemande(models.Model):
    """Une demande motivée, puis une réponse, une seule fois."""

    declencheurs = CHANGEMENT_REPONDU_UNE_FOIS

    class Nature(models.TextChoices):
        DATES = "dates", "Les dates"
        ACTIVITES = "activites", "Une activité ou une cible"
        BUDGET = "budget", "Le budget"
        AUTRE = "autre", "Autre chose"

    class Issue(models.TextChoices):
        ACCORDE = "accorde", "Accordé"
        REFUSE = "refuse", "Refusé"

    protocole = models.ForeignKey(
        Protocole, models.PROTECT, verbose_name="protocole", related_name="changements"
    )
    nature = models.CharField("ce qui changerait", max_length=10, choices=Nature.choices)
    demande = models.TextField("ce qui est demandé, et pourquoi", max_length=2000)
    demande_le = models.DateTimeField("demandé le")
    demande_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="demandé par", related_name="+"
    )
    issue = models.CharField("réponse", max_length=8, choices=Issue.choices, blank=True)
    reponse = models.TextField("mot de la Table", max_length=2000, blank=True)
    repondu_le = models.DateTimeField("répondu le", null=True)
    repondu_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="répondu par", null=True, related_name="+"
    )

    objects = ChangementQuerySet.as_manager()

    class Meta:
        verbose_name = "changement demandé"
        verbose_name_plural = "changements demandés"
        ordering = ["protocole", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocole", "nature"],
                condition=Q(repondu_le__isnull=True),
                name="changement_un_seul_en_attente",
                violation_error_message="Un changement de cette sorte attend déjà sa réponse.",
            ),
            models.CheckConstraint(
                name="changement_complet",
                condition=Q(issue="", reponse="", repondu_le__isnull=True, repondu_par__isnull=True)
                & ~Q(demande="")
                | ~Q(issue="")
                & ~Q(reponse="")
                & ~Q(demande="")
                & Q(repondu_le__isnull=False, repondu_par__isnull=False),
                violation_error_message="Un changement a sa demande; sa réponse a son mot, sa date et sa personne.",
            ),
        ]

    def __str__(self):
        return f"Changement demandé\xa0: {self.get_nature_display().lower()}"

    @property
    def demande_un_avenant(self):
        return self.issue == self.Issue.ACCORDE and self.nature in PAR_AVENANT

    def attend_un_avenant(self, avenants):
        """La condition de `sans_avenant`; `avenants` : ceux du protocole."""
        return self.demande_un_avenant and not any(self._a_pu_porter(avenant) for avenant in avenants)

    def _a_pu_porter(self, avenant):
        if avenant.etat in (avenant.Etat.PREPARATION, avenant.Etat.ABANDONNE):
            return avenant.etat == avenant.Etat.PREPARATION
        return max(avenant.cree_le, avenant.transmis_le) >= self.repondu_le

    # --- Le demander ----------------------------------------------------------------------------------------

    @staticmethod
    def empechements_a_demander(protocole):
        if protocole.etat != Protocole.Etat.SIGNE:
            return ["Le protocole n’est pas en vigueur\xa0: rien n’y change."]
        return []

    @classmethod
    @transaction.atomic
    def demander(cls, protocole, *, par, nature, demande, le=None):
        """L'organisme dit ce qu'il voudrait changer, et pourquoi; rien ne change avant la réponse."""
        protocole = protocole.verrouiller()
        refus = cls.empechements_a_demander(protocole)
        if protocole.changements.en_attente().filter(nature=nature).exists():
            refus = [*refus, "Un changement de cette sorte attend déjà sa réponse."]
        exiger(refus or ([] if demande.strip() else ["Écrivez ce qui changerait, et pourquoi."]))
        changement = cls.objects.create(
            protocole=protocole,
            nature=nature,
            demande=demande.strip(),
            demande_le=le or timezone.now(),
            demande_par=par,
        )
        protocole.noter("demander-changement", par=par, le=le, motif=changement.demande)
        return changement

    # --- Y répondre -----------------------------------------------------------------------------------------

    def empechements_a_repondre(self):
        return ["Ce changement a déjà sa réponse."] if self.repondu_le else []

    @transaction.atomic
    def repondre(self, *, par, issue, reponse, le=None):
        """Accordé ou refusé, avec un mot; accordé, ce qui engage l'argent ou les dates demande encore un avenant."""
        protocole = self.protocole.verrouiller()
        changement = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        refus = changement.empechements_a_repondre()
        exiger(refus or ([] if reponse.strip() else ["Écrivez un mot\xa0: l’organisme le lira."]))
        changement.protocole, changement.issue, changement.reponse = protocole, issue, reponse.strip()
        changement.repondu_le, changement.repondu_par = le or timezone.now(), par
        changement.save()
        apres = {"changement": changement.get_issue_display()}
        protocole.noter("repondre-changement", par=par, le=le, motif=changement.reponse, apres=apres)
        return changement
