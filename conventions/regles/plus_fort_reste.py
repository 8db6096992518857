"""Partager une somme au sou près selon des poids; les sous qui restent vont aux plus forts restes."""

from decimal import Decimal
from fractions import Fraction


def repartir(montant, poids):
    """Les parts d'un montant en dollars, dans l'ordre des poids; leur somme est toujours le montant.

    À reste égal, le premier de la liste reçoit le sou : le même partage donne toujours les mêmes parts.
    Lève `ValueError` pour un montant ou un poids négatif, ou si aucun poids n'est plus grand que zéro.
    """
    poids = [Fraction(Decimal(p)) for p in poids]
    if montant < 0:
        raise ValueError("Un montant négatif ne se partage pas.")
    if any(p < 0 for p in poids) or not sum(poids):
        raise ValueError("Il faut au moins un poids plus grand que zéro, et aucun poids négatif.")
    sous = int(Decimal(montant).scaleb(2))
    exactes = [sous * p / sum(poids) for p in poids]
    parts = [int(exacte) for exacte in exactes]
    servis = sorted(range(len(parts)), key=lambda i: (parts[i] - exactes[i], i))
    for i in servis[: sous - sum(parts)]:
        parts[i] += 1
    return [Decimal(part).scaleb(-2) for part in parts]
