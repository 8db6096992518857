"""Le registre des incidents de confidentialité que la loi demande (A-2.1, art. 63.8 à 63.11)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from alliances.models.mandats import droits_de
from alliances.models.roles import Role
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui

AU_PLUS_VIEUX = timedelta(days=3653)  # plus ancien, c'est l'année qui est mal écrite
DATES = ("survenu_le", "avis_commission_le", "avis_personnes_le")


class RegistreDesIncidents(RequeteProtegee):
    def visibles_par(self, utilisateur):
        """L'administration seule."""
        return self.all() if Role.ADMINISTRATION in droits_de(utilisateur).nationaux else self.none()


def _apres_l_incident(champ):
    return Q(**{f"{champ}__isnull": True}) | Q(**{f"{champ}__gte": F("survenu_le")})


class IncidentDeConfidentialite(models.Model):
    """Un incident, décrit sans nommer personne. Il se corrige, et le journal garde l'avant; il ne s'efface jamais."""

    class Nature(models.TextChoices):
        ACCES = "acces", "Accès non autorisé"
        UTILISATION = "utilisation", "Utilisation non autorisée"
        COMMUNICATION = "communication", "Communication non autorisée"
        PERTE = "perte", "Perte ou autre atteinte"

    class Risque(models.TextChoices):
        A_EVALUER = "a_evaluer", "À évaluer"
        SERIEUX = "serieux", "Risque de préjudice sérieux"
        NON_SERIEUX = "non_serieux", "Sans risque de préjudice sérieux"

    survenu_le = models.DateField("survenu le")
    nature = models.CharField("nature", max_length=15, choices=Nature.choices)
    renseignements = models.TextField("renseignements visés", max_length=1000)
    personnes = models.PositiveIntegerField("personnes concernées", null=True, blank=True)
    risque = models.CharField(
        "risque de préjudice", max_length=12, choices=Risque.choices, default=Risque.A_EVALUER
    )
    mesures = models.TextField("mesures prises", blank=True, max_length=2000)
    avis_commission_le = models.DateField("avis à la Commission d’accès le", null=True, blank=True)
    avis_personnes_le = models.DateField("avis aux personnes le", null=True, blank=True)

    objects = RegistreDesIncidents.as_manager()
    declencheurs = IMMUABLE[1:]  # DELETE : le registre garde tout

    class Meta:
        verbose_name = "incident de confidentialité"
        verbose_name_plural = "incidents de confidentialité"
        ordering = ["-survenu_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="incident_avis_apres_l_incident",
                condition=_apres_l_incident("avis_commission_le") & _apres_l_incident("avis_personnes_le"),
                violation_error_message="Un avis suit l’incident.",
            )
        ]

    def __str__(self):
        return f"{self.get_nature_display()}, {date_longue(self.survenu_le)}"

    @property
    def reste_a_aviser(self):
        """Un risque sérieux se signale à la Commission et aux personnes (art. 63.8)."""
        avis = self.avis_commission_le and self.avis_personnes_le
        return self.risque == self.Risque.SERIEUX and not avis

    def clean(self):
        jour = aujourd_hui()
        fautes = {}
        for champ in DATES:
            valeur = getattr(self, champ)
            if valeur and valeur > jour:
                fautes[champ] = "Cette date est dans le futur."
            elif valeur and valeur < jour - AU_PLUS_VIEUX:
                fautes[champ] = f"Un incident de {valeur.year}? Vérifiez l’année."
        if fautes:
            raise ValidationError(fautes)
