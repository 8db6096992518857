"""Ce qu'une pièce refait quand ce qu'une autre garde a changé, sans que celle-ci la connaisse."""

from collections import defaultdict

from django.db import transaction

_SUITES = defaultdict(list)


def suivre(sujet, suite):
    """Inscrit une fonction qui reçoit les numéros de ce qui a changé; appelée au démarrage d'une pièce."""
    if suite not in _SUITES[sujet]:
        _SUITES[sujet].append(suite)


def jouer(sujet, *faits, par):
    """Fait jouer les suites d'un sujet aussitôt, dans la transaction du geste : ce qu'elles refusent le défait."""
    for suite in _SUITES[sujet]:
        suite(*faits, par=par)


def annoncer(sujet, numeros):
    """Fait jouer les suites d'un sujet une fois la transaction close.

    Une suite qui échoue ne défait rien : elle prépare des lectures, et la lecture sait se passer d'elle.
    """
    numeros = list(numeros)
    for suite in _SUITES[sujet]:
        transaction.on_commit(lambda suite=suite: suite(numeros), robust=True)
