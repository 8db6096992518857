"""L'aide au partage national : un montant précédent majoré, puis le solde selon deux indices, au sou près.

Module pur. En 2017-2023, le montant précédent de chaque région a été majoré de 20 %, et le solde partagé à 95 % selon
l'IDMS et à 5 % selon la densité (évaluation 2017-2023, §2.1). La formule de 2024-2029 n'est pas publiée : les poids se
choisissent. Un indice se donne tel qu'il sert de clé; rien n'est déduit ni inventé.
"""

from dataclasses import dataclass
from decimal import Decimal

from conventions.regles.plus_fort_reste import repartir
from socle.valeurs.montants import ZERO, arrondir, en_dollars


class PartageImpossible(Exception):
    """Les données ne permettent pas le partage; porte une phrase par raison."""

    def __init__(self, raisons):
        self.raisons = raisons
        super().__init__(" ".join(raisons))


@dataclass(frozen=True)
class AlliancePartagee:
    """Une Alliance avant le partage; montants en dollars, indices tels que donnés, `None` s'ils manquent."""

    nom: str
    precedent: Decimal
    idms: Decimal | None = None
    densite: Decimal | None = None
    annonce: Decimal | None = None


@dataclass(frozen=True)
class Part:
    """Ce que le calcul donne à une Alliance, en dollars; `ecart` compare au montant annoncé, s'il y en a un."""

    alliance: AlliancePartagee
    base: Decimal
    selon_idms: Decimal
    selon_densite: Decimal

    @property
    def total(self):
        return self.base + self.selon_idms + self.selon_densite

    @property
    def ecart(self):
        return None if self.alliance.annonce is None else self.total - self.alliance.annonce


def partager(montant, majoration, poids_idms, poids_densite, alliances):
    """Les parts des Alliances, dans leur ordre; leur somme est exactement le montant national.

    `majoration`, `poids_idms` et `poids_densite` sont des pourcentages. Lève `PartageImpossible`.
    """
    raisons = _raisons(poids_idms, poids_densite, alliances)
    bases = [arrondir(a.precedent * (100 + majoration) / 100) for a in alliances]
    solde = montant - sum(bases, ZERO)
    if solde < 0:
        raisons.append(
            f"Les montants précédents majorés font {en_dollars(montant - solde)}, plus que le montant national."
        )
    if raisons:
        raise PartageImpossible(raisons)
    pour_idms = arrondir(solde * poids_idms / 100)
    selon_idms = _parts(pour_idms, [a.idms for a in alliances])
    selon_densite = _parts(solde - pour_idms, [a.densite for a in alliances])
    return [Part(*quatre) for quatre in zip(alliances, bases, selon_idms, selon_densite, strict=True)]


def _raisons(poids_idms, poids_densite, alliances):
    raisons = [] if alliances else ["Le tableau ne contient aucune Alliance."]
    if poids_idms + poids_densite != 100:
        raisons.append("Les deux poids doivent faire 100\xa0%.")
    for poids, champ, nom in ((poids_idms, "idms", "L’IDMS"), (poids_densite, "densite", "La densité")):
        manquent = [a.nom for a in alliances if getattr(a, champ) is None]
        if poids and manquent:
            raisons.append(f"{nom} manque pour\xa0: {', '.join(manquent)}.")
        elif poids and alliances and not sum(getattr(a, champ) for a in alliances):
            raisons.append(f"{nom} est à zéro partout\xa0: rien ne peut se partager ainsi.")
    return raisons


def _parts(montant, cles):
    return repartir(montant, cles) if montant else [ZERO for _ in cles]
