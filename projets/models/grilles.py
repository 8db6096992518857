"""La grille d'un appel : des critères pondérés, cinq niveaux nommés par une phrase; jamais des points nus."""

from django.db import models, transaction
from django.db.models import Q

from projets.canevas.grille import GRILLE_USUELLE
from projets.models.appels import AppelProjets
from socle.acces import RequeteProtegee
from socle.erreurs import TransitionInterdite

NIVEAUX = range(5)
CRITERES_AU_PLUS = 12


def _niveau(rang):
    return models.CharField(f"niveau {rang}", max_length=200)


class CritereAppel(models.Model):
    """Un critère : son poids sur 100, et la phrase de chacun de ses niveaux, de 0 à 4."""

    appel = models.ForeignKey(AppelProjets, models.CASCADE, verbose_name="appel", related_name="criteres")
    rang = models.PositiveSmallIntegerField("rang", default=0)
    nom = models.CharField("critère", max_length=120)
    poids = models.PositiveSmallIntegerField("poids", help_text="Sur 100, tous critères réunis.")
    niveau_0 = _niveau(0)
    niveau_1 = _niveau(1)
    niveau_2 = _niveau(2)
    niveau_3 = _niveau(3)
    niveau_4 = _niveau(4)

    objects = RequeteProtegee.as_manager()

    class Meta:
        verbose_name = "critère d’un appel"
        verbose_name_plural = "critères d’un appel"
        ordering = ["appel", "rang", "pk"]
        constraints = [
            models.CheckConstraint(
                name="critere_poids_de_1_a_100",
                condition=Q(poids__range=(1, 100)),
                violation_error_message="Un poids va de 1 à 100.",
            )
        ]

    def __str__(self):
        return self.nom

    @property
    def niveaux(self):
        """[(niveau, phrase)], du plus haut au plus bas : la meilleure réponse se lit d'abord."""
        return [(n, getattr(self, f"niveau_{n}")) for n in reversed(NIVEAUX)]


@transaction.atomic
def proposer(appel, *, par, revision):
    """Pose la grille usuelle sur un appel en préparation qui n'en a pas; elle se change ensuite."""
    if appel.criteres.exists():
        raise TransitionInterdite("L’appel a déjà une grille\xa0: elle se change critère par critère.")
    lignes = [
        {"nom": nom, "poids": poids} | {f"niveau_{n}": phrase for n, phrase in enumerate(niveaux)}
        for nom, poids, niveaux in GRILLE_USUELLE
    ]
    return poser(appel, par=par, revision=revision, criteres=lignes)


def poser(appel, *, par, revision, criteres):
    """Remplace la grille d'un appel en préparation; `criteres` : [{champ: valeur}], dans l'ordre.

    Lève `TransitionInterdite` si les poids ne font pas 100, `VersionPerimee` si l'appel a changé depuis.
    """
    total = sum(critere["poids"] for critere in criteres)
    if criteres and total != 100:
        raise TransitionInterdite(f"Les poids font {total}; ils doivent faire 100.")

    def ecrire(actuel):
        actuel.criteres.all().delete()
        for rang, critere in enumerate(criteres):
            neuf = CritereAppel(appel=actuel, rang=rang, **critere)
            neuf.full_clean()
            neuf.save()

    return appel.enregistrer(par=par, revision=revision, champs={}, ecrire=ecrire)
