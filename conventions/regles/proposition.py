"""Ce que le service propose à qui prépare une convention : un partage égal, un numéro. Calcul pur."""

from decimal import Decimal

SOU = Decimal("0.01")


def a_parts_egales(montant, nombre):
    """Le montant en dollars partagé en autant de parts, au sou près; les premières reçoivent les sous de reste."""
    if not nombre:
        return []
    sous, reste = divmod(int(montant / SOU), nombre)
    return [(sous + (rang < reste)) * SOU for rang in range(nombre)]


def numero(repere, pris):
    """« FQIS-2024-01 » pour l'Alliance que repère « 2024-01 »; « FQIS-2024-01-2 » si le premier est déjà pris."""
    base = f"FQIS-{repere}"
    candidats = (base if rang == 1 else f"{base}-{rang}" for rang in range(1, len(pris) + 2))
    return next(candidat for candidat in candidats if candidat not in pris)
