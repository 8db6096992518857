"""Les circuits nommés d'une Alliance : qui se prononce sur quelle initiative, dans quel ordre, et qui décide."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from alliances.models.gouvernance import Alliance, Palier, Rattache
from alliances.models.instances import InstanceGouvernance
from alliances.models.territoires import Territoire
from alliances.regles import circuits as regles
from socle.valeurs.argent import MontantField


class Acte(models.TextChoices):
    """Ce qu'une instance fait d'une initiative. La décision vient toujours la dernière, et d'une seule instance."""

    INFORMATION = "information", "Information"
    AVIS = "avis", "Avis"
    RECOMMANDATION = "recommandation", "Recommandation"
    APPROBATION = "approbation", "Approbation"
    DECISION = "decision", "Décision"


AVANT_LA_DECISION = [choix for choix in Acte.choices if choix[0] != Acte.DECISION]


class CircuitQuerySet(models.QuerySet):
    def complets(self):
        """Prêts à se lire : trois requêtes, quel que soit le nombre de circuits."""
        etapes = models.Prefetch("etapes", EtapeDecision.objects.select_related("instance_gouvernance"))
        return self.select_related("decide").prefetch_related(etapes, "territoires")

    def choisir(self, *, palier, territoires, origine, montant):
        """Le `Choix` pour une initiative : son circuit et la raison; `territoires` : des `Territoire`."""
        lieux = {territoire.code: territoire.nom for territoire in territoires}
        return regles.choisir(
            list(self.complets()), palier=palier, territoires=lieux, origine=origine, montant=montant
        )


class CircuitDecision(Rattache):
    """Un circuit, la condition de son usage et l'instance qui décide.

    Le premier, dans l'ordre, dont la condition convient à une initiative est le sien; elle en garde la copie au dépôt.
    Une condition laissée vide n'écarte rien.
    """

    class Origine(models.TextChoices):
        APPEL = "appel", "Appel de projets"
        CONCERTEE = "concertee", "Démarche concertée"
        RECONDUCTION = "reconduction", "Reconduction"

    alliance = models.ForeignKey(Alliance, models.CASCADE, verbose_name="alliance", related_name="circuits")
    nom = models.CharField("nom", max_length=100)
    rang = models.PositiveSmallIntegerField("rang", editable=False)
    palier = models.CharField("palier de l’initiative", max_length=10, choices=Palier.choices, blank=True)
    territoires = models.ManyToManyField(Territoire, verbose_name="territoires", related_name="+", blank=True)
    origine = models.CharField("origine de l’initiative", max_length=15, choices=Origine.choices, blank=True)
    a_partir_de = MontantField("à partir de ($)", null=True, blank=True)
    moins_de = MontantField("moins de ($)", null=True, blank=True)
    decide = models.ForeignKey(
        InstanceGouvernance, models.PROTECT, verbose_name="instance qui décide", related_name="decisions"
    )

    objects = CircuitQuerySet.as_manager()

    class Meta:
        verbose_name = "circuit de décision"
        verbose_name_plural = "circuits de décision"
        ordering = ["alliance", "rang"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "nom"],
                name="circuit_nom_unique",
                violation_error_message="L’Alliance a déjà un circuit de ce nom.",
            ),
            models.UniqueConstraint(
                fields=["alliance", "rang"],
                name="circuit_rang_unique",
                violation_error_message="Un autre circuit a déjà ce rang.",
            ),
            models.CheckConstraint(
                name="circuit_montants_dans_l_ordre",
                condition=Q(a_partir_de__isnull=True)
                | Q(moins_de__isnull=True)
                | Q(a_partir_de__lt=F("moins_de")),
                violation_error_message="Le montant «\u00a0à partir de\u00a0» est plus petit que le montant "
                "«\u00a0moins de\u00a0».",
            ),
            models.CheckConstraint(
                name="circuit_montants_positifs",
                condition=(Q(a_partir_de__isnull=True) | Q(a_partir_de__gte=0))
                & (Q(moins_de__isnull=True) | Q(moins_de__gt=0)),
                violation_error_message="Un circuit ne se réserve pas à des montants négatifs.",
            ),
        ]

    def __str__(self):
        return self.nom

    def clean(self):
        super().clean()
        _de_la_meme_alliance(self, "decide", self.alliance_id)

    @property
    def freres(self):
        """Les circuits de la même Alliance, dans l'ordre."""
        return type(self).objects.filter(alliance=self.alliance_id).order_by("rang")

    @property
    def lieux(self):
        """{code: nom} des territoires de la condition; vide, tous."""
        return {territoire.code: territoire.nom for territoire in self.territoires.all()}

    def etapes_en_ordre(self):
        """[(instance, acte)] jusqu'à la décision."""
        avant = [(etape.instance_gouvernance, Acte(etape.acte)) for etape in self.etapes.all()]
        return [*avant, (self.decide, Acte.DECISION)]

    def condition(self):
        return regles.condition(self)

    def en_mots(self):
        """« Comité local → avis; Table régionale → décision »."""
        return regles.en_mots((instance, acte.label) for instance, acte in self.etapes_en_ordre())

    def copie(self):
        """Ce qu'une initiative garde à son dépôt, en données simples : changer le circuit ensuite n'y touche pas.

        {"circuit", "nom", "condition", "etapes": [{"rang", "acte", "instance", "nom"}]}; `circuit` et `instance` sont
        des identifiants, la dernière étape est la décision.
        """
        etapes = [
            {"rang": rang, "acte": acte.value, "instance": instance.pk, "nom": instance.nom}
            for rang, (instance, acte) in enumerate(self.etapes_en_ordre(), start=1)
        ]
        return {"circuit": self.pk, "nom": self.nom, "condition": self.condition(), "etapes": etapes}


class EtapeDecision(Rattache):
    """Ce qui précède la décision : quelle instance pose quel acte, dans quel ordre. La décision est au circuit."""

    circuit = models.ForeignKey(
        CircuitDecision, models.CASCADE, verbose_name="circuit", related_name="etapes"
    )
    rang = models.PositiveSmallIntegerField("rang", editable=False)
    instance_gouvernance = models.ForeignKey(
        InstanceGouvernance, models.PROTECT, verbose_name="instance", related_name="etapes"
    )
    acte = models.CharField("acte", max_length=15, choices=AVANT_LA_DECISION)

    class Meta:
        verbose_name = "étape de décision"
        verbose_name_plural = "étapes de décision"
        ordering = ["circuit", "rang"]
        constraints = [
            models.UniqueConstraint(
                fields=["circuit", "rang"],
                name="etape_rang_unique",
                violation_error_message="Une autre étape a déjà ce rang.",
            ),
            models.CheckConstraint(
                name="etape_avant_la_decision",
                condition=Q(acte__in=[acte for acte, _ in AVANT_LA_DECISION]),
                violation_error_message="Une seule instance décide, la dernière\u00a0: elle se choisit au circuit.",
            ),
        ]

    def __str__(self):
        return f"{self.instance_gouvernance} → {self.get_acte_display().lower()}"

    def clean(self):
        super().clean()
        _de_la_meme_alliance(self, "instance_gouvernance", self.alliance_decrite())

    def alliance_decrite(self):
        return self.circuit.alliance_id

    @property
    def freres(self):
        """Les étapes du même circuit, dans l'ordre."""
        return type(self).objects.filter(circuit=self.circuit_id).order_by("rang")


def _de_la_meme_alliance(objet, champ, alliance_id):
    instance = getattr(objet, champ, None)
    if instance is not None and instance.alliance_id != alliance_id:
        raise ValidationError({champ: "Cette instance n’est pas de cette Alliance."})
