"""L'identité d'un organisme à qui l'on verse (`Organisme.est_partie`) : elle se change à deux.

Le Ministère la change; l'Alliance le demande, et une personne du Ministère accepte.
"""

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from alliances.models.changements import modifier, repere
from alliances.models.gouvernance import Alliance
from alliances.models.journal import JournalAlliance
from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.organismes import IDENTITE, Organisme
from alliances.models.roles import DE_L_ALLIANCE, Role
from socle.erreurs import TransitionInterdite, VersionPerimee
from socle.models.demandes import DemandeADeux, DemandeADeuxQuerySet


class DemandeIdentiteQuerySet(DemandeADeuxQuerySet):
    def visibles_par(self, utilisateur):
        """Le Ministère les voit toutes; l'Alliance, les siennes."""
        return self.filter(alliances_vues(utilisateur, DE_L_ALLIANCE | {Role.MESS}, "alliance"))


class DemandeIdentite(DemandeADeux):
    """Ce qu'une Alliance demande de changer à l'identité d'un organisme, et ce que le Ministère en a décidé."""

    SUJET, DEJA = "identite", "Cette demande n’attend plus de réponse."
    SIENNE = "Vous avez fait cette demande\u00a0: une autre personne y répond."

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
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.DEMANDEE)

    objects = DemandeIdentiteQuerySet.as_manager()

    class Meta(DemandeADeux.Meta):
        verbose_name = "demande de changement d’identité"
        verbose_name_plural = "demandes de changement d’identité"
        constraints = [
            *DemandeADeux.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisme"],
                condition=Q(etat="demandee"),
                name="demandeidentite_une_a_la_fois",
                violation_error_message="Une demande attend déjà la réponse du Ministère pour cet organisme.",
            ),
        ]

    def __str__(self):
        return str(self.organisme)

    def changements(self):
        """[(libellé, avant, après)] de ce qui change, en mots."""
        return [
            (
                str(Organisme._meta.get_field(champ).verbose_name),
                *(Organisme.en_mots(champ, identite[champ]) for identite in (self.avant, self.apres)),
            )
            for champ in self.apres
        ]

    @classmethod
    def demander(cls, organisme, *, par, alliance, motif, **identite):
        """Demande ce qui change vraiment; lève `TransitionInterdite` sans changement ou sans motif."""
        apres = {champ: identite[champ] for champ in IDENTITE if identite[champ] != getattr(organisme, champ)}
        if not apres:
            raise TransitionInterdite("Rien ne change\u00a0: corrigez au moins une information.")
        avant = {champ: getattr(organisme, champ) for champ in apres}
        demande = cls(organisme=organisme, alliance=alliance, avant=avant, apres=apres)
        demande.motif, demande.demandee_le, demande.demandee_par = motif.strip(), timezone.now(), par
        with transaction.atomic():
            demande.full_clean()
            demande.save()
            demande._noter("demander-identite", par=par)
        return demande

    @transaction.atomic
    def accepter(self, *, par):
        """Le Ministère accepte : l'identité change, les versements autorisés s'arrêtent, les journaux le disent."""
        demande = self._relire()
        if empechements := demande.empechements_a_decider_par(par):
            raise TransitionInterdite(empechements)
        organisme = Organisme.objects.select_for_update(of=("self",)).get(pk=self.organisme_id)
        if any(getattr(organisme, champ) != valeur for champ, valeur in demande.avant.items()):
            raise VersionPerimee(
                "L’identité a changé depuis cette demande\u00a0: refusez-la, elle sera refaite."
            )
        vu = repere(organisme)
        for champ, valeur in demande.apres.items():
            setattr(organisme, champ, valeur)
        demande._decider("accepter-identite", self.Etat.ACCEPTEE, par=par)
        demande.organisme = modifier(organisme, par=par, vu=vu)
        return demande

    def _relire(self):
        return type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)

    def _noter(self, geste, *, par):
        roles = droits_de(par).pour(self.alliance_id)
        role = next((r for r in (Role.MESS, Role.COORDINATION, *sorted(roles)) if r in roles), "")
        dit = {
            self.Etat.DEMANDEE: {"avant": self.avant, "apres": self.apres, "motif": self.motif},
            self.Etat.ACCEPTEE: {"apres": self.apres},
        }.get(self.etat, {"motif": self.decision_motif})
        JournalAlliance.noter(
            alliance=self.alliance, par=par, role=role, geste=geste, objet=self.organisme, **dit
        )
