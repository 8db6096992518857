"""La participation des personnes en situation de pauvreté : des nombres, jamais une personne nommée.

Trois axes qui ne s'additionnent pas (évaluation 2017-2023, §1.10) : gouvernance, projets, bénévolat.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from alliances.models.gouvernance import Alliance, Rattache
from alliances.models.instances import InstanceGouvernance
from alliances.models.mandats import alliances_vues
from alliances.models.roles import SUIVI
from alliances.models.territoires import Territoire
from socle.acces import RequeteProtegee
from socle.valeurs.exercice import Exercice


def valider_exercice(valeur):
    """Refuse ce qui ne s'écrit pas comme 2025-2026."""
    try:
        Exercice.lire(valeur)
    except ValueError as erreur:
        raise ValidationError(str(erreur)) from erreur


SANS_MECANISME = Q(forme="", personnes=0, rencontres=0)


class RequeteDeParticipation(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(alliances_vues(utilisateur, SUIVI, "alliance"))


class ParticipationPersonnes(Rattache):
    """Un mécanisme de participation pour un exercice; ou « aucune action », avec son motif; ou une modalité propre.

    Une modalité propre (celle d'une nation, par exemple) est une réponse entière : elle n'est pas une absence.
    """

    class Axe(models.TextChoices):
        GOUVERNANCE = "gouvernance", "Gouvernance"
        PROJETS = "projets", "Projets"
        BENEVOLAT = "benevolat", "Bénévolat aux activités"

    class PalierParticipation(models.TextChoices):
        REGIONAL = "regional", "Régional"
        LOCAL = "local", "Local"
        PROJET = "projet", "Projet"

    class Forme(models.TextChoices):
        INSTANCE_REGIONALE = "instance_regionale", "Siège à une instance régionale"
        INSTANCE_LOCALE = "instance_locale", "Siège à une instance locale"
        COMITE_ANALYSE = "comite_analyse", "Comité d’analyse ou de suivi"
        COMITE_VECU = "comite_vecu", "Comité de personnes expertes de vécu"
        COMITE_CITOYEN = "comite_citoyen", "Comité ou groupe citoyen"
        CHANTIER = "chantier", "Chantier thématique"
        PILOTAGE = "pilotage", "Comité de pilotage d’un projet"
        CONSULTATION = "consultation", "Consultation"
        CONSEIL = "conseil", "Conseil d’administration d’un organisme"
        BENEVOLE = "benevole", "Bénévolat"

    class Etape(models.TextChoices):
        ENJEUX = "enjeux", "Identification des enjeux"
        PORTRAIT = "portrait", "Portrait"
        PRIORITES = "priorites", "Choix des priorités"
        PLAN = "plan", "Plan d’action"
        CONCEPTION = "conception", "Conception des projets"
        SELECTION = "selection", "Analyse et sélection"
        REALISATION = "realisation", "Mise en œuvre"
        SUIVI = "suivi", "Suivi"
        EVALUATION = "evaluation", "Évaluation"

    class Niveau(models.TextChoices):
        INFORMATION = "information", "Information"
        CONSULTATION = "consultation", "Consultation"
        DISCUSSION = "discussion", "Discussion"
        DELIBERATION = "deliberation", "Délibération"
        COLLABORATION = "collaboration", "Collaboration"

    alliance = models.ForeignKey(
        Alliance, models.CASCADE, verbose_name="alliance", related_name="participations"
    )
    exercice = models.CharField("exercice", max_length=9, validators=[valider_exercice])
    axe = models.CharField("axe", max_length=12, choices=Axe.choices)
    palier = models.CharField("palier", max_length=10, choices=PalierParticipation.choices, blank=True)
    forme = models.CharField("forme", max_length=20, choices=Forme.choices, blank=True)
    territoire = models.ForeignKey(
        Territoire, models.PROTECT, verbose_name="territoire", null=True, blank=True, related_name="+"
    )
    instance_gouvernance = models.ForeignKey(
        InstanceGouvernance, models.SET_NULL, verbose_name="instance", null=True, blank=True, related_name="+"
    )
    etapes = models.JSONField("étapes", default=list, blank=True)
    niveau = models.CharField("niveau", max_length=15, choices=Niveau.choices, blank=True)
    personnes = models.PositiveIntegerField("personnes", default=0, help_text="Personnes distinctes.")
    rencontres = models.PositiveIntegerField("rencontres", default=0)
    accompagnement = models.BooleanField("accompagnement avant et après", default=False)
    dedommagement = models.BooleanField("frais remboursés ou allocation", default=False)
    aucune_action_motif = models.TextField("aucune action : motif", blank=True, max_length=1000)
    modalite_propre = models.TextField("modalité propre", blank=True, max_length=2000)

    objects = RequeteDeParticipation.as_manager()

    class Meta:
        verbose_name = "participation des personnes"
        verbose_name_plural = "participation des personnes"
        ordering = ["-exercice", "axe", "-palier", "pk"]
        constraints = [
            models.CheckConstraint(
                name="participation_mecanisme_ou_motif",
                condition=(
                    (~Q(aucune_action_motif="") & Q(modalite_propre="") & SANS_MECANISME)
                    | (~Q(modalite_propre="") & Q(aucune_action_motif="") & SANS_MECANISME)
                    | (
                        Q(aucune_action_motif="", modalite_propre="")
                        & ~Q(forme="")
                        & ~Q(palier="")
                        & ~Q(niveau="")
                    )
                ),
                violation_error_message=(
                    "Décrivez un mécanisme (palier, forme, niveau) ou une modalité propre, ou dites qu’il n’y a eu "
                    "aucune action et pourquoi."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.exercice} – {self.get_axe_display()}"

    def clean(self):
        """« Aucune action » et un mécanisme se contredisent; le territoire et l'instance sont de l'Alliance."""
        self._verifier_les_liens()
        autres = ParticipationPersonnes.objects.filter(
            alliance=self.alliance_id, exercice=self.exercice, axe=self.axe
        ).exclude(pk=self.pk)
        if self.aucune_action_motif and autres.exists():
            raise ValidationError(
                "Cet exercice a déjà une ligne sur cet axe\u00a0: retirez-la avant de déclarer "
                "«\u00a0aucune action\u00a0»."
            )
        if not self.aucune_action_motif and autres.exclude(aucune_action_motif="").exists():
            raise ValidationError(
                "Cet axe est déclaré «\u00a0aucune action\u00a0» pour cet exercice\u00a0: retirez d’abord cette ligne."
            )

    def _verifier_les_liens(self):
        siens = Territoire.objects.filter(alliances=self.alliance_id)
        if self.territoire_id and not siens.filter(pk=self.territoire_id).exists():
            raise ValidationError({"territoire": "Ce territoire n’est pas de l’Alliance."})
        if self.instance_gouvernance_id and self.instance_gouvernance.alliance_id != self.alliance_id:
            raise ValidationError({"instance_gouvernance": "Cette instance n’est pas de l’Alliance."})

    def libelles_des_etapes(self):
        """Les étapes choisies, en mots, dans l'ordre de la démarche."""
        return [etape.label for etape in self.Etape if etape.value in self.etapes]
