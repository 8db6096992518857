"""Arrondir et écrire un montant : « 1 234,56 $ ». Pur : les règles, qui ignorent Django, s'en servent aussi."""

from decimal import ROUND_HALF_UP, Decimal

SOU = Decimal("0.01")
ZERO = Decimal("0.00")


def arrondir(montant):
    """Au sou le plus proche; un demi-sou monte (en valeur absolue)."""
    return Decimal(montant).quantize(SOU, ROUND_HALF_UP)


def en_dollars(montant):
    """« 1 234,56 $ », espaces insécables; le négatif prend le signe moins (U+2212). Vide si `None`."""
    if montant is None or montant == "":
        return ""
    montant = arrondir(montant)
    chiffres = f"{abs(montant):,.2f}".replace(",", "\xa0").replace(".", ",")
    return f"{'−' if montant < 0 else ''}{chiffres}\xa0$"
