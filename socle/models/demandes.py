"""Ce qui se demande à deux : une personne demande, avec un motif; une autre y répond, et alors cela se fait."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite


class DemandeADeuxQuerySet(RequeteProtegee):
    def en_attente(self):
        """Celles qui n'ont pas de réponse."""
        return self.filter(etat="demandee")


class DemandeADeux(models.Model):
    """Abstraite. Chacune a son `etat` (`demandee`, `refusee`, `retiree`…), sa relecture sous verrou et son journal.

    `SUJET` nomme ses gestes au journal : « refuser-transfert ».
    """

    SUJET = ""
    DEJA = "Cette demande est déjà {}."
    SIENNE = "Vous avez fait cette demande\u00a0: une autre personne doit y répondre."

    motif = models.TextField("motif", max_length=2000)
    demandee_le = models.DateTimeField("demandée le")
    demandee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="demandée par", related_name="+"
    )
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="décidée par",
        null=True,
        blank=True,
        related_name="+",
    )
    decision_motif = models.TextField("motif de la décision", blank=True, max_length=2000)

    class Meta:
        abstract = True
        ordering = ["-demandee_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_motivee",
                condition=~Q(motif="") & (~Q(etat="refusee") | ~Q(decision_motif="")),
                violation_error_message="Une demande a son motif, et son refus aussi.",
            ),
            models.CheckConstraint(
                name="%(class)s_decision_complete",
                condition=Q(etat="demandee", decidee_le__isnull=True, decidee_par__isnull=True)
                | (~Q(etat="demandee") & Q(decidee_le__isnull=False, decidee_par__isnull=False)),
                violation_error_message="Une décision a sa date et sa personne.",
            ),
            models.CheckConstraint(
                name="%(class)s_decidee_par_une_autre_personne",
                condition=Q(etat__in=("demandee", "retiree", "fermee")) | ~Q(decidee_par=F("demandee_par")),
                violation_error_message="La personne qui fait la demande n’y répond pas.",
            ),
        ]

    def empechements_a_decider(self):
        return [] if self.etat == "demandee" else [self.DEJA.format(self.get_etat_display().lower())]

    def empechements_a_decider_par(self, par):
        empechements = self.empechements_a_decider()
        if par.pk == self.demandee_par_id:
            empechements.append(self.SIENNE)
        return empechements

    @transaction.atomic
    def refuser(self, *, par, motif):
        demande = self._relire()
        empechements = demande.empechements_a_decider_par(par)
        if not motif.strip():
            empechements.append("Écrivez le motif du refus.")
        if empechements:
            raise TransitionInterdite(empechements)
        return demande._decider(f"refuser-{self.SUJET}", "refusee", par=par, decision_motif=motif.strip())

    @transaction.atomic
    def retirer(self, *, par):
        """La demande se retire tant que personne n'y a répondu."""
        demande = self._relire()
        if empechements := demande.empechements_a_decider():
            raise TransitionInterdite(empechements)
        return demande._decider(f"retirer-{self.SUJET}", "retiree", par=par)

    def _decider(self, geste, etat, *, par, **champs):
        decision = {"etat": etat, "decidee_le": timezone.now(), "decidee_par": par}
        for champ, valeur in (decision | champs).items():
            setattr(self, champ, valeur)
        self.save()
        self._noter(geste, par=par)
        return self
