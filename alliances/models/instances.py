"""Les instances d'une Alliance et leurs sièges."""

from django.db import models
from django.db.models import F, Q

from alliances.models.gouvernance import Alliance, Palier, Rattache
from alliances.models.territoires import SecteurActeur, Territoire


class InstanceGouvernance(Rattache):
    """Un lieu où l'on se concerte ou décide : table, comité, conseil, espace de participation."""

    class Nature(models.TextChoices):
        DECISIONNELLE = "decisionnelle", "Décisionnelle"
        CONSULTATIVE = "consultative", "Consultative"

    alliance = models.ForeignKey(Alliance, models.CASCADE, verbose_name="alliance", related_name="instances")
    nom = models.CharField("nom", max_length=150)
    palier = models.CharField("palier", max_length=10, choices=Palier.choices, default=Palier.REGIONAL)
    nature = models.CharField("nature", max_length=15, choices=Nature.choices, default=Nature.CONSULTATIVE)
    territoire = models.ForeignKey(
        Territoire, models.PROTECT, verbose_name="territoire", null=True, blank=True, related_name="instances"
    )
    mandat = models.TextField("mandat", blank=True, max_length=2000)
    rang = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "instance de gouvernance"
        verbose_name_plural = "instances de gouvernance"
        ordering = ["alliance", "-palier", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "nom"],
                name="instance_nom_unique",
                violation_error_message="L’Alliance a déjà une instance de ce nom.",
            )
        ]

    def __str__(self):
        return self.nom


class Siege(Rattache):
    """Des sièges d'un secteur à une instance : combien sont prévus, combien sont pourvus."""

    class Droit(models.TextChoices):
        VOTE = "vote", "Vote"
        CONSULTATIF = "consultatif", "Consultatif"
        OBSERVATION = "observation", "Observation"

    instance_gouvernance = models.ForeignKey(
        InstanceGouvernance, models.CASCADE, verbose_name="instance", related_name="sieges"
    )
    secteur = models.ForeignKey(SecteurActeur, models.PROTECT, verbose_name="secteur", related_name="sieges")
    libelle = models.CharField("qui siège", max_length=150, help_text="Une fonction ou un groupe, sans nom.")
    prevus = models.PositiveSmallIntegerField("sièges prévus", default=1)
    pourvus = models.PositiveSmallIntegerField("sièges pourvus", default=0)
    droit = models.CharField("droit", max_length=12, choices=Droit.choices, default=Droit.VOTE)

    class Meta:
        verbose_name = "siège"
        ordering = ["secteur__rang", "pk"]
        constraints = [
            models.CheckConstraint(
                name="siege_pourvus_au_plus_prevus",
                condition=Q(pourvus__lte=F("prevus")),
                violation_error_message="Il ne peut y avoir plus de sièges pourvus que de sièges prévus.",
            )
        ]

    def __str__(self):
        return self.libelle

    def alliance_decrite(self):
        return self.instance_gouvernance.alliance_id

    @property
    def vacants(self):
        return self.prevus - self.pourvus
