"""Les nombres d'un appel ont leurs bornes, dites à côté du champ : une faute de frappe ne mène pas à l'an 275000."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

BORNES = {  # champ d'un appel : (au moins, au plus, unité)
    "grace": (0, 120, "minutes"),
    "inscription_jours": (1, 90, "jours"),
    "duree_maximale": (1, 120, "mois"),
    "reservation_jours": (1, 730, "jours"),
    "seuil_de_note": (0, 100, "points"),
    "revision_jours": (1, 365, "jours"),
}


POURCENTAGE = "Un taux est un pourcentage, de 0 à 100."
TAUX = ("part_maximale", "apport_minimal", "cumul_maximal", "administration_maximale")


def _bornes(bas, haut, phrase):
    return [MinValueValidator(bas, phrase), MaxValueValidator(haut, phrase)]


def _phrase(champ):
    bas, haut, unite = BORNES[champ]
    return f"De {bas} à {haut}\u00a0{unite}."


def nombre(champ, libelle, aide="", **options):
    """Un entier d'un appel, vide s'il ne s'y applique pas; l'aide dit ses bornes."""
    bas, haut, _ = BORNES[champ]
    options = {"null": True, "blank": True} | options
    aide, validateurs = f"{aide} {_phrase(champ)}".strip(), _bornes(bas, haut, _phrase(champ))
    return models.PositiveSmallIntegerField(libelle, validators=validateurs, help_text=aide, **options)


def taux(libelle, aide=""):
    """Un pourcentage d'un appel; vide, il n'y en a pas."""
    return models.DecimalField(
        libelle,
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=_bornes(0, 100, POURCENTAGE),
        help_text=aide,
    )


def _bornee(nom, champ, bas, haut, phrase):
    return models.CheckConstraint(
        name=nom,
        condition=Q(**{f"{champ}__isnull": True}) | Q(**{f"{champ}__range": (bas, haut)}),
        violation_error_message=phrase,
    )


CONTRAINTES = [
    *(_bornee(f"appel_{c}_borne", c, bas, haut, _phrase(c)) for c, (bas, haut, _) in BORNES.items()),
    *(_bornee(f"appel_{c}_en_pourcentage", c, Decimal(0), Decimal(100), POURCENTAGE) for c in TAUX),
]


PAIRES = (
    ("plancher", "plafond", False, "Le plafond est au moins égal au plancher."),
    ("debut_au_plus_tot", "fin_au_plus_tard", True, "La fin au plus tard suit le début possible."),
)


def bornes_a_l_envers(appel):
    """{champ: phrase} des paires dont la seconde borne ne suit pas la première, dites à côté du champ."""
    fautes = {}
    for bas, haut, distinctes, phrase in PAIRES:
        premiere, seconde = getattr(appel, bas), getattr(appel, haut)
        if None in (premiere, seconde):
            continue
        if premiere > seconde or (distinctes and premiere == seconde):
            fautes[haut] = phrase
    return fautes
