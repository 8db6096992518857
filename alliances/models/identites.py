"""L'identité d'un organisme partie d'une Alliance ou d'une convention : c'est à lui qu'on verse, elle se change à deux.

Le Ministère la change; l'Alliance le demande, et une personne du Ministère accepte.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from alliances.models.changements import modifier, repere
from alliances.models.gouvernance import Alliance
from alliances.models.journal import JournalAlliance
from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.organismes import IDENTITE, Organisme
from alliances.models.roles import DE_L_ALLIANCE, Role
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite, VersionPerimee


class DemandeIdentiteQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """Le Ministère les voit toutes; l'Alliance, les siennes."""
        return self.filter(alliances_vues(utilisateur, DE_L_ALLIANCE | {Role.MESS}, "alliance"))

    def en_attente(self):
        return self.filter(etat=DemandeIdentite.Etat.DEMANDEE)


class DemandeIdentite(models.Model):
    """Ce qu'une Alliance demande de changer à l'identité d'un organisme, et ce que le Ministère en a décidé."""

    class Etat(models.TextChoices):
        DEMANDEE = "demandee", "Demandée"
        ACCEPTEE = "acceptee", "Acceptée"
        REFUSEE = "refusee", "Refusée"
        RETIREE = "retiree", "Retirée"

    organisme = models.ForeignKey(
        Organisme, models.PROTECT, verbose_name="organisme", related_name="demandes_identite"
    )
    alliance = models.ForeignKey(
        Alliance, models.PROTECT, verbose_name="alliance qui demande", related_name="+"
    )
    avant = models.JSONField("identité au moment de la demande")
    apres = models.JSONField("identité demandée")
    motif = models.TextField("motif", max_length=2000)
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.DEMANDEE)
    demandee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="demandée par", related_name="+"
    )
    demandee_le = models.DateTimeField("demandée le", default=timezone.now)
    decidee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="décidée par", null=True, related_name="+"
    )
    decidee_le = models.DateTimeField("décidée le", null=True)
    decision_motif = models.TextField("motif du refus", max_length=2000, blank=True)

    objects = DemandeIdentiteQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de changement d’identité"
        verbose_name_plural = "demandes de changement d’identité"
        ordering = ["-demandee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisme"],
                condition=Q(etat="demandee"),
                name="demande_identite_une_a_la_fois",
                violation_error_message="Une demande attend déjà la réponse du Ministère pour cet organisme.",
            ),
            models.CheckConstraint(
                name="demande_identite_decidee_par_une_autre_personne",
                condition=Q(etat__in=("demandee", "retiree")) | ~Q(decidee_par=F("demandee_par")),
                violation_error_message="Qui demande un changement d’identité ne l’accepte pas.",
            ),
            models.CheckConstraint(
                name="demande_identite_decision_complete",
                condition=Q(etat="demandee", decidee_par__isnull=True, decidee_le__isnull=True)
                | (~Q(etat="demandee") & Q(decidee_par__isnull=False, decidee_le__isnull=False)),
                violation_error_message="Une décision a sa personne et sa date.",
            ),
        ]

    def __str__(self):
        return str(self.organisme)

    def changements(self):
        """[(libellé, avant, après)] de ce qui change, en mots."""
        return [
            (str(Organisme._meta.get_field(champ).verbose_name), self.avant[champ], valeur)
            for champ, valeur in self.apres.items()
        ]

    @classmethod
    def demander(cls, organisme, *, par, alliance, motif, **identite):
        """Demande ce qui change vraiment; lève `TransitionInterdite` sans changement ou sans motif."""
        apres = {champ: identite[champ] for champ in IDENTITE if identite[champ] != getattr(organisme, champ)}
        if not apres:
            raise TransitionInterdite("Rien ne change\u00a0: corrigez au moins une information.")
        avant = {champ: getattr(organisme, champ) for champ in apres}
        demande = cls(organisme=organisme, alliance=alliance, avant=avant, apres=apres, demandee_par=par)
        demande.motif = motif.strip()
        with transaction.atomic():
            demande.full_clean(exclude=["decidee_par", "decidee_le"])
            demande.save()
            demande._noter("demander-identite", par=par, avant=avant, apres=apres, motif=demande.motif)
        return demande

    def empechements_a_decider(self):
        return [] if self.etat == self.Etat.DEMANDEE else ["Cette demande n’attend plus de réponse."]

    def empechements_a_decider_par(self, par):
        refus = self.empechements_a_decider()
        if par.pk == self.demandee_par_id:
            refus.append("Vous avez fait cette demande\u00a0: une autre personne y répond.")
        return refus

    @transaction.atomic
    def accepter(self, *, par):
        """Le Ministère accepte : l'identité change, les versements autorisés s'arrêtent, les journaux le disent."""
        demande = self._decider(self.Etat.ACCEPTEE, par=par)
        organisme = Organisme.objects.select_for_update(of=("self",)).get(pk=self.organisme_id)
        if any(getattr(organisme, champ) != valeur for champ, valeur in demande.avant.items()):
            raise VersionPerimee(
                "L’identité a changé depuis cette demande\u00a0: refusez-la, elle sera refaite."
            )
        vu = repere(organisme)
        for champ, valeur in demande.apres.items():
            setattr(organisme, champ, valeur)
        demande._noter("accepter-identite", par=par, apres=demande.apres)
        demande.organisme = modifier(organisme, par=par, vu=vu)
        return demande

    @transaction.atomic
    def refuser(self, *, par, motif):
        demande = self._decider(self.Etat.REFUSEE, par=par, motif=motif.strip())
        demande._noter("refuser-identite", par=par, motif=demande.decision_motif)
        return demande

    @transaction.atomic
    def retirer(self, *, par):
        demande = self._decider(self.Etat.RETIREE, par=par)
        demande._noter("retirer-identite", par=par)
        return demande

    def _decider(self, etat, *, par, motif=""):
        demande = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        retire = etat == self.Etat.RETIREE
        if (
            empechements := demande.empechements_a_decider()
            if retire
            else demande.empechements_a_decider_par(par)
        ):
            raise TransitionInterdite(empechements)
        demande.etat, demande.decidee_par, demande.decidee_le = etat, par, timezone.now()
        demande.decision_motif = motif
        demande.save()
        return demande

    def _noter(self, geste, *, par, **champs):
        roles = droits_de(par).pour(self.alliance_id)
        role = next((r for r in (Role.MESS, Role.COORDINATION, *sorted(roles)) if r in roles), "")
        JournalAlliance.noter(
            alliance=self.alliance, par=par, role=role, geste=geste, objet=self.organisme, **champs
        )
