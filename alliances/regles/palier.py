"""Régionale ou locale : ce que disent les territoires d'une initiative, selon la règle de la gouvernance."""

from dataclasses import dataclass
from decimal import Decimal

from alliances.regles.circuits import enumerer


@dataclass(frozen=True)
class PalierCalcule:
    """`palier` vaut regional ou local; vide, la règle ne peut pas conclure, et `raison` dit ce qui manque."""

    palier: str
    raison: str


@dataclass(frozen=True)
class RegleDuPalier:
    """Une initiative est régionale dès l'un ou l'autre seuil; un seuil vide ne compte pas."""

    territoires_minimum: int | None
    part_minimum: Decimal | None = None  # de la population de l'Alliance, en pour cent


REGIONALE = "pour qu’elle soit régionale"


def palier(touches, regle, alliance, populations):
    """Le palier et sa raison.

    `touches` et `alliance` : {code: nom} des territoires de l'initiative et de ceux de l'Alliance; `populations` :
    {code: nombre}, sans ceux que l'on ignore.
    """
    if not alliance:
        return PalierCalcule(
            "regional", "L’Alliance n’a pas de territoires\u00a0: ses initiatives sont régionales."
        )
    touches = {code: nom for code, nom in touches.items() if code in alliance}
    if not touches:
        return PalierCalcule("", "L’initiative ne nomme encore aucun territoire de l’Alliance.")
    if regle.territoires_minimum is None and regle.part_minimum is None:
        return PalierCalcule("", "La gouvernance ne dit pas encore ce qui rend une initiative régionale.")
    compte = f"{len(touches)} territoire{'s' if len(touches) > 1 else ''} sur {len(alliance)}"
    if regle.territoires_minimum is not None and len(touches) >= regle.territoires_minimum:
        return PalierCalcule("regional", f"{compte}\u00a0: il en faut au moins {regle.territoires_minimum}.")
    if regle.part_minimum is None:
        return PalierCalcule(
            "local", f"{compte}\u00a0: il en faudrait au moins {regle.territoires_minimum} {REGIONALE}."
        )
    return _selon_la_population(touches, regle.part_minimum, alliance, populations, compte)


def _selon_la_population(touches, minimum, alliance, populations, compte):
    inconnues = [nom for code, nom in alliance.items() if not populations.get(code)]
    if inconnues:
        phrase = f"la population n’est pas connue pour {enumerer(inconnues)}, et la part ne se calcule pas"
        return PalierCalcule("", f"{compte}\u00a0: {phrase}.")
    total = sum(populations[code] for code in alliance)
    part = (sum(populations[code] for code in touches) * 100 / Decimal(total)).quantize(Decimal("0.01"))
    atteint = part >= minimum
    seuil = f"il en faut au moins {_pourcent(minimum)}"
    if not atteint:
        seuil = f"il en faudrait au moins {_pourcent(minimum)} {REGIONALE}"
    phrase = f"{compte}, {_pourcent(part)} de la population de l’Alliance\u00a0: {seuil}."
    return PalierCalcule("regional" if atteint else "local", phrase)


def _pourcent(valeur):
    return f"{valeur.normalize():f}".replace(".", ",") + "\u00a0%"
