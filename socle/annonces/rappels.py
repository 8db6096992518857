"""Rappeler les échéances, avant et après. Chaque pièce offre ses rappels; `manage.py rappels` les envoie tous."""

from django.db import transaction

from socle.texte.typographie import date_longue

PALIERS = (30, 14, 7, 1, -1, -7, -30)  # jours avant (+) ou après (−) l'échéance

_RAPPELS = []


def offrir(rappel):
    """Inscrit la fonction d'une pièce qui, d'un jour, envoie ses rappels et en rend le nombre."""
    if rappel not in _RAPPELS:
        _RAPPELS.append(rappel)


def rappeler(jour):
    """Envoie les rappels de ce jour, toutes pièces confondues; retourne leur nombre.

    Une pièce par transaction : la panne de l'une ne retient pas ce que les précédentes ont à dire.
    """
    envoyes = 0
    for rappel in _RAPPELS:
        with transaction.atomic():
            envoyes += rappel(jour)
    return envoyes


def palier_du_rappel(jours):
    """Le palier atteint à tant de jours de l'échéance, ou `None`; un passage manqué se rattrape."""
    if jours >= 0:
        return next((palier for palier in sorted(PALIERS) if palier > 0 and jours <= palier), None)
    return next((palier for palier in sorted(PALIERS) if jours <= palier), None)


def au_plus_tard(limite, jours):
    """« au plus tard le 31 mars 2025 : il reste 6 jours », ou « aujourd'hui, le… » le jour même."""
    if jours == 0:
        return f"aujourd’hui, le {date_longue(limite)}"
    reste = "un jour" if jours == 1 else f"{jours} jours"
    return f"au plus tard le {date_longue(limite)}\u00a0: il reste {reste}"
