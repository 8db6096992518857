"""Le règlement d'une convention résiliée : chaque dollar de chaque exercice, tel qu'au jour de la résiliation."""

from django.db import models
from django.db.models import F, Q

from conventions.models.conventions import Convention
from socle.acces import RequeteProtegee
from socle.declencheurs import IMMUABLE
from socle.valeurs.argent import MontantField
from socle.valeurs.exercice import Exercice

SOURCES = ("recu", "recupere", "annule", "a_verser")
EMPLOIS = ("verse", "depense", "remis", "reserve", "engage", "a_recuperer")


def _total(champs):
    return sum((F(champ) for champ in champs[1:]), F(champs[0]))


class LigneReglementQuerySet(RequeteProtegee):
    def visibles_par(self, utilisateur):
        return self.filter(Convention.objects.condition_de_vue(utilisateur, "convention__"))


class LigneReglement(models.Model):
    """Un exercice de la convention résiliée, en dollars; deux contraintes rendent compte de chacun."""

    declencheurs = IMMUABLE

    convention = models.ForeignKey(
        Convention, models.PROTECT, verbose_name="convention", related_name="lignes_de_reglement"
    )
    an = models.PositiveSmallIntegerField("exercice", help_text="L’an de son 1er avril.")
    convenu = MontantField("convenu")
    recu = MontantField("reçu et gardé")
    recupere = MontantField("déjà récupéré")
    annule = MontantField("annulé, jamais à verser")
    a_verser = MontantField("à verser par le Ministère")
    reporte = MontantField("venu d’autres exercices", negatif=True)
    verse = MontantField("versé aux porteurs")
    depense = MontantField("dépensé par la Table")
    remis = MontantField("remis à un territoire")
    reserve = MontantField("réservé, gardé")
    engage = MontantField("engagé, gardé")
    a_recuperer = MontantField("à récupérer par le Ministère")

    objects = LigneReglementQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de règlement"
        verbose_name_plural = "lignes de règlement"
        ordering = ["convention", "an"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "an"],
                name="ligne_reglement_unique",
                violation_error_message="Cet exercice est déjà au règlement.",
            ),
            models.CheckConstraint(
                name="ligne_reglement_positive",
                condition=Q(**{f"{champ}__gte": 0 for champ in ("convenu", *SOURCES, *EMPLOIS)}),
                violation_error_message="Au règlement, aucune somme n’est négative.",
            ),
            models.CheckConstraint(
                name="ligne_reglement_rend_compte_du_convenu",
                condition=Q(convenu=_total(SOURCES)),
                violation_error_message="Le règlement ne rend pas compte de tout ce qui était convenu.",
            ),
            models.CheckConstraint(
                name="ligne_reglement_rend_compte_des_fonds",
                condition=Q(recu=_total(EMPLOIS) - F("a_verser") - F("reporte")),
                violation_error_message="Le règlement ne rend pas compte de tout ce qui a été reçu.",
            ),
        ]

    def __str__(self):
        return f"Règlement {self.exercice}"

    @property
    def exercice(self):
        return Exercice(self.an)

    @classmethod
    def de(cls, convention, sommes):
        """La ligne, pas encore enregistrée, de ces sommes d'un exercice déjà réglé."""
        memes = (
            "an",
            "convenu",
            "recu",
            "recupere",
            "annule",
            "verse",
            "depense",
            "remis",
            "reserve",
            "engage",
        )
        return cls(
            convention=convention,
            **{champ: getattr(sommes, champ) for champ in memes},
            a_verser=sommes.a_recevoir,
            reporte=sommes.reporte,
            a_recuperer=sommes.disponible,
        )
