"""L'aide au partage national : un montant précédent majoré, puis le solde selon trois critères, au sou près.

Module pur. En 2017-2023, le montant précédent de chaque région a été majoré de 20 %, et le solde partagé à 95 % selon
l'IDMS et à 5 % selon la densité (évaluation 2017-2023, §2.1). La formule de 2024-2029 n'est pas publiée : les poids se
choisissent, celui de la part de la population compris. Un critère se donne tel qu'il sert de clé; rien n'est inventé.
"""

from dataclasses import dataclass
from decimal import Decimal

from conventions.regles.plus_fort_reste import repartir
from socle.valeurs.montants import ZERO, arrondir, en_dollars

CRITERES = {"idms": "L’IDMS", "densite": "La densité", "population": "La population"}


class PartageImpossible(Exception):
    """Les données ne permettent pas le partage; porte une phrase par raison."""

    def __init__(self, raisons):
        self.raisons = raisons
        super().__init__(" ".join(raisons))


@dataclass(frozen=True)
class AlliancePartagee:
    """Une Alliance avant le partage; montants en dollars, critères tels que donnés, `None` s'ils manquent."""

    nom: str
    precedent: Decimal | None
    idms: Decimal | None = None
    densite: Decimal | None = None
    population: Decimal | None = None
    annonce: Decimal | None = None


@dataclass(frozen=True)
class Part:
    """Ce que le calcul donne à une Alliance, en dollars; `ecart` compare au montant annoncé, s'il y en a un."""

    alliance: AlliancePartagee
    base: Decimal
    selon_idms: Decimal
    selon_densite: Decimal
    selon_population: Decimal

    @property
    def total(self):
        return self.base + self.selon_idms + self.selon_densite + self.selon_population

    @property
    def ecart(self):
        return None if self.alliance.annonce is None else self.total - self.alliance.annonce


def partager(montant, majoration, poids, alliances):
    """Les parts des Alliances, dans leur ordre; leur somme est exactement le montant national.

    `majoration` et `poids`, dans l'ordre de `CRITERES`, sont des pourcentages. Lève `PartageImpossible`.
    """
    raisons = _raisons(poids, alliances)
    bases = [arrondir((a.precedent or ZERO) * (100 + majoration) / 100) for a in alliances]
    solde = montant - sum(bases, ZERO)
    if solde < 0:
        raisons.append(
            f"Les montants précédents majorés font {en_dollars(montant - solde)}, plus que le montant national."
        )
    if raisons:
        raise PartageImpossible(raisons)
    selon = [
        _parts(somme, [getattr(a, critere) for a in alliances])
        for critere, somme in zip(CRITERES, repartir(solde, poids), strict=True)
    ]
    return [Part(*ligne) for ligne in zip(alliances, bases, *selon, strict=True)]


def moyenne_ponderee(indices, populations):
    """L'indice d'une région : celui de chaque territoire compte autant que ses habitants; à deux décimales."""
    somme = sum(i * p for i, p in zip(indices, populations, strict=True))
    return arrondir(somme / sum(populations))


def _raisons(poids, alliances):
    raisons = [] if alliances else ["Le tableau ne contient aucune Alliance."]
    if sum(poids) != 100:
        raisons.append("Les poids doivent faire 100\xa0%.")
    if sans := [a.nom for a in alliances if a.precedent is None]:
        raisons.append(
            f"Le montant précédent manque pour\xa0: {', '.join(sans)}. Tapez-le; 0 s’il n’y en a pas."
        )
    for part, (critere, nom) in zip(poids, CRITERES.items(), strict=True):
        manquent = [a.nom for a in alliances if getattr(a, critere) is None]
        if part and manquent:
            raisons.append(f"{nom} manque pour\xa0: {', '.join(manquent)}.")
        elif part and alliances and not sum(getattr(a, critere) for a in alliances):
            raisons.append(f"{nom} est à zéro partout\xa0: rien ne peut se partager ainsi.")
    return raisons


def _parts(montant, cles):
    return repartir(montant, cles) if montant else [ZERO for _ in cles]
