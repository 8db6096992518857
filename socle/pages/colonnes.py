"""Les colonnes d'une liste : une valeur nue, qu'un tableur reçoit telle quelle, et son écriture à l'écran.

À la différence de `django_tables2`, une valeur qui ne se lit pas est une erreur, jamais une cellule vide.
"""

from copy import copy
from datetime import date
from decimal import Decimal

import django_tables2 as tables
from django.utils.functional import cached_property
from django.utils.html import format_html

from socle.pages.adresses import adresses_de
from socle.texte.pastilles import pastille
from socle.texte.typographie import argent, date_courte, date_heure, nombre

NUES = (str, int, Decimal, date)


def lecteur(chemin):
    """La fonction qui lit « convention__alliance__nom » d'une rangée; une méthode est appelée, un vide arrête."""
    if callable(chemin):
        return chemin
    etapes = chemin.split("__")

    def lire(valeur):
        for etape in etapes:
            valeur = getattr(valeur, etape)
            if callable(valeur):
                valeur = valeur()
            if valeur is None:
                return None
        return valeur

    return lire


class ColonneTexte(tables.Column):
    """Un texte. `accessor` : un chemin, ou une fonction de la rangée; vide, le nom de la colonne.

    `tri` : les champs qui la trient; `cachee` : à demander; `suite` : une fonction de la rangée, ce que l'écran
    ajoute; `entete` : ce qu'il titre quand la suite en dit plus que le nom; `vide` : ce qu'il dit d'une valeur vide;
    `choisissable` : la personne peut l'ôter de l'écran; `exportee` : elle va aux tableurs. Un tableau peut écrire
    lui-même une cellule : `render_<colonne>(value, record)`. `total` : `True` si le tableau le dit au pied.
    """

    classe, exportee, choisissable, s_additionne = "", True, True, True

    def __init__(
        self,
        libelle=None,
        accessor=None,
        *,
        entete="",
        tri=(),
        cachee=False,
        classe=None,
        suite=None,
        vide="",
        total=None,
    ):
        super().__init__(verbose_name=libelle)
        self.entete = entete
        self.source, self.cachee, self.suite, self.vide, self.total = accessor, cachee, suite, vide, total
        self.tri = (tri,) if isinstance(tri, str) else tuple(tri)
        self.classe = self.classe if classe is None else classe

    def __deepcopy__(self, memo):
        """Chaque liste a ses colonnes; ce qui les déclare ne change pas, et se partage."""
        return copy(self)

    def render(self, value, record):
        return value

    def au_pied(self, total):
        return total

    def nue(self, valeur):
        """Ce que reçoit un tableur : une somme, une date, un nombre ou un texte."""
        if isinstance(valeur, bool):
            return "Oui" if valeur else "Non"
        return valeur if valeur is None or isinstance(valeur, NUES) else str(valeur)


class ColonneOui(ColonneTexte):
    def render(self, value, record):
        return self.nue(bool(value))


class ColonneMontant(ColonneTexte):
    """Des dollars; `total` est le champ additionné sur tout le résultat, ou `True` si le tableau l'additionne.

    `s_additionne` est faux quand la somme ne veut rien dire : l'Excel n'en écrit pas.
    """

    classe = "nombre"

    def __init__(self, *args, s_additionne=True, **options):
        super().__init__(*args, **options)
        self.s_additionne = s_additionne

    def render(self, value, record):
        return argent(value)

    def au_pied(self, total):
        return argent(total)


class ColonneNombre(ColonneTexte):
    classe = "nombre"

    def render(self, value, record):
        return nombre(value)

    def au_pied(self, total):
        return nombre(total)


class ColonneJour(ColonneTexte):
    classe = "sans-retour"

    def render(self, value, record):
        return date_courte(value)


class ColonneMoment(ColonneTexte):
    """Un jour et une heure."""

    classe = "sans-retour"

    def render(self, value, record):
        return date_heure(value)


class ColonneLien(ColonneTexte):
    """Un texte qui mène à l'adresse nommée `vers`, pour la clé lue par `cle`, ou à celle que rend la fonction `vers`.

    Sans adresse, un simple texte. `precision` se dit au lecteur d'écran : deux liens de même texte ne mènent pas au
    même endroit.
    """

    def __init__(self, *args, vers, cle="pk", precision=None, **options):
        super().__init__(*args, **options)
        self.vers, self.cle = vers, lecteur(cle)
        self.precision = precision and lecteur(precision)

    @cached_property
    def adresse(self):
        """La fonction qui rend l'adresse d'une rangée."""
        if callable(self.vers):
            return self.vers
        adresse_de = adresses_de(self.vers)
        return lambda rangee: adresse_de(self.cle(rangee))

    def render(self, value, record):
        if not (url := self.adresse(record)):
            return value
        suite = self.precision(record) if self.precision else ""
        if suite:
            suite = format_html('<span class="visuellement-cache">, {}</span>', suite)
        return format_html('<a href="{}">{}{}</a>', url, value, suite)


class ColonneEtat(ColonneTexte):
    """Une pastille; la valeur a un `libelle` et un `genre`."""

    def render(self, value, record):
        return pastille(value.libelle, value.genre)

    def nue(self, valeur):
        return valeur.libelle if valeur else ""


class ColonneChoix(ColonneTexte):
    """Une case à cocher, pour un geste en lot, sur une rangée où `si` est vrai.

    `nom` est celui du paramètre; `designation`, ce que l'on choisit.
    """

    exportee = choisissable = False

    def __init__(self, *, nom, designation, si, cle="pk"):
        super().__init__("Choix", accessor=cle)
        self.nom, self.designation, self.si = nom, lecteur(designation), lecteur(si)

    def render(self, value, record):
        if not self.si(record):
            return ""
        coche = " checked" if self.liste.tout_est_coche or str(value) in self.cochees else ""
        case = '<input type="checkbox" name="{}" value="{}" aria-label="Choisir\xa0: {}"{}>'
        return format_html(case, self.nom, value, self.designation(record), coche)

    @property
    def cochees(self):
        """Les clés cochées d'avance : l'adresse les dit, quand on revient d'un geste en lot."""
        return self.liste.request.GET.getlist(self.nom)


class ColonneGestes(ColonneTexte):
    """Ce que l'on peut faire de la rangée; le tableau l'écrit (`render_<colonne>`)."""

    exportee = choisissable = False
    classe = "gestes"

    def __init__(self, libelle):
        super().__init__(libelle, accessor=lambda rangee: rangee)
