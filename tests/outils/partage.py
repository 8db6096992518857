"""Des essais qui se suivent et demandent les mêmes données ne les bâtissent qu'une fois.

Une fixture `@partagee` écrit ce qu'elle bâtit au-dessus d'un point de reprise, avant que l'essai n'ouvre le sien.
L'essai suivant garde le début qui lui est commun et défait le reste : la base contient ce qu'il demande, bâti dans le
même ordre, et rien d'autre. Ce que les fixtures rendent est une copie. Un essai transactionnel bâtit pour lui seul.
"""

import functools
from copy import deepcopy
from inspect import signature
from itertools import groupby

import pytest
from django.db import transaction


class Pile:
    """Les données bâties, étage par étage : la fixture, sa transaction et les valeurs connues rendu là."""

    def __init__(self):
        self.etages, self.prets = [], {}

    def monter(self, suite):
        """Ne garde que le début de cette suite de fixtures, et bâtit le reste."""
        communs = 0
        for (bati, *_), voulu in zip(self.etages, suite, strict=False):
            if bati is not voulu:
                break
            communs += 1
        self.descendre(communs)
        for batir in suite[communs:]:
            if not self._empiler(batir):
                break
        self.prets = deepcopy(self._valeurs())

    def _empiler(self, batir):
        """Faux si la fixture échoue : l'essai la bâtira lui-même, et l'erreur se montrera chez lui."""
        valeurs, etage = deepcopy(self._valeurs()), transaction.atomic()
        etage.__enter__()
        self.etages.append((batir, etage, valeurs))
        try:
            valeurs[batir.__name__] = batir(**{nom: valeurs.get(nom) for nom in signature(batir).parameters})
        except Exception:
            self.descendre(len(self.etages) - 1)
            return False
        return True

    def _valeurs(self):
        return self.etages[-1][-1] if self.etages else {}

    def descendre(self, jusqu_a=0):
        """Défait les étages du dessus."""
        self.prets = {}
        while len(self.etages) > jusqu_a:
            _, etage, _ = self.etages.pop()
            transaction.set_rollback(True)
            etage.__exit__(None, None, None)


PILE = Pile()


def partagee(batir):
    """Une fixture dont les données servent à plusieurs essais; elle ne dépend que de ses semblables et de `db`."""

    @functools.wraps(batir)
    def rendre(**donnees):
        nom = batir.__name__
        return PILE.prets[nom] if nom in PILE.prets else batir(**donnees)

    rendre.batir = batir
    return pytest.fixture(rendre)


def suite_de(essai):
    """Les fixtures partagées que cet essai demande, dans l'ordre où pytest les bâtirait."""
    definitions, vues, suite = essai._fixtureinfo.name2fixturedefs, set(), {}

    def visiter(nom):
        if nom in vues or nom not in definitions:
            return
        vues.add(nom)
        definition = definitions[nom][-1]
        for argument in definition.argnames:
            visiter(argument)
        batir = getattr(definition.func, "batir", None)
        if batir and {*definition.argnames} <= {*suite, "db"}:
            suite[nom] = batir

    for nom in essai.fixturenames:
        visiter(nom)
    return list(suite.values())


def est_transactionnel(essai):
    marque = essai.get_closest_marker("django_db")
    return bool(
        (marque and marque.kwargs.get("transaction"))
        or {"transactional_db", "live_server"} & {*essai.fixturenames}
    )


def cote_a_cote(essais):
    """Les essais d'un fichier, rangés pour que deux voisins demandent les mêmes données.

    Ceux qui durent passent devant : partis les derniers, ils laisseraient seul l'ouvrier qui les joue. Ceux de la
    situation, la plus longue à bâtir, se suivent d'un fichier à l'autre.
    """
    essais = sorted(essais, key=lambda essai: "situation" in [batir.__name__ for batir in suite_de(essai)])
    fichiers = [list(du_fichier) for _, du_fichier in groupby(essais, key=lambda essai: essai.path)]
    for du_fichier in sorted(fichiers, key=lambda f: not any(e.get_closest_marker("long") for e in f)):
        yield from sorted(du_fichier, key=lambda essai: [batir.__name__ for batir in suite_de(essai)])
