"""La répartition d'un exercice entre ses enveloppes : ce qui l'empêche, ce dont elle avertit, l'aide au calcul.

Module pur : il reçoit des `LigneLue`, ne connaît ni la base ni les modèles. Les plafonds de 2024-2029 ne sont pas
tous publics (guide, §2.2) : en dépasser un avertit, cela n'empêche rien.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from conventions.regles.plus_fort_reste import repartir
from socle.valeurs.montants import ZERO, en_dollars


class Methode(StrEnum):
    EGALES = "egales"
    POURCENTAGES = "pourcentages"
    POPULATION = "population"
    FAIBLE_REVENU = "faible_revenu"
    IDMS = "idms"


@dataclass(frozen=True)
class LigneLue:
    """Une enveloppe dans la répartition; montants en dollars. `employe` : tout ce qui n'est plus disponible."""

    libelle: str
    volet: str
    montant: Decimal
    employe: Decimal = ZERO


class ClesInvalides(Exception):
    """Les clés ne permettent pas le calcul. `par_ligne` : {rang: phrase}; `generale` : une phrase, ou vide."""

    def __init__(self, generale="", par_ligne=None):
        self.generale, self.par_ligne = generale, par_ligne or {}
        super().__init__(generale or " ".join(self.par_ligne.values()))


def pourcent(part):
    """« 12,5 % », deux décimales au plus."""
    return f"{part.quantize(Decimal('0.01')).normalize():f}".replace(".", ",") + "\xa0%"


def ecart(lignes, total):
    """Ce qui manque pour atteindre le total, en dollars; négatif quand les lignes le dépassent."""
    return total - sum((ligne.montant for ligne in lignes), ZERO)


def empechements(lignes, total):
    """Pourquoi cette répartition ne peut pas s'adopter."""
    phrases = [
        f"«\xa0{ligne.libelle}\xa0» emploie déjà {en_dollars(ligne.employe)}\xa0: elle ne peut "
        f"pas descendre à {en_dollars(ligne.montant)}."
        for ligne in lignes
        if ligne.montant < ligne.employe
    ]
    reste = ecart(lignes, total)
    if reste > 0:
        phrases.append(f"Il reste {en_dollars(reste)} à répartir.")
    elif reste < 0:
        phrases.append(f"La répartition dépasse de {en_dollars(-reste)} ce que l’exercice prévoit.")
    return phrases


def avertissements(lignes, total, *, plafond_administration=None, part_regionale=None):
    """Ce que la convention prévoit autrement, en phrases."""
    return [
        *_plafond(lignes, total, plafond_administration),
        *_part_regionale(lignes, part_regionale),
    ]


def _somme(lignes, *volets):
    return sum((ligne.montant for ligne in lignes if ligne.volet in volets), ZERO)


def _plafond(lignes, total, plafond):
    coordination = _somme(lignes, "coordination")
    if plafond is not None and total and (part := coordination * 100 / total) > plafond:
        yield (
            f"La coordination et la mobilisation prennent {pourcent(part)} de l’exercice; la convention prévoit "
            f"{pourcent(plafond)} au plus. L’adoption reste possible."
        )


def _part_regionale(lignes, prevue):
    regional, local = _somme(lignes, "regional"), _somme(lignes, "local", "territoire")
    if prevue is None or not regional + local:
        return
    part = regional * 100 / (regional + local)
    if abs(part - prevue) >= Decimal("0.01"):
        yield (
            f"Les projets régionaux prennent {pourcent(part)} des sommes destinées aux projets; la convention "
            f"prévoit {pourcent(prevue)}."
        )


def calculer(methode, montant, cles):
    """Partage ce montant entre les lignes choisies, dans l'ordre de leurs clés (`None` : clé non remplie).

    Lève `ClesInvalides` avec une phrase par clé fautive : vide, négative, ou des pourcentages qui ne font pas cent.
    """
    if not cles:
        raise ClesInvalides("Cochez au moins une enveloppe à calculer.")
    if montant < 0:
        raise ClesInvalides(f"Les autres enveloppes dépassent déjà l’exercice de {en_dollars(-montant)}.")
    if methode == Methode.EGALES:
        return repartir(montant, [1] * len(cles))
    manquent = {
        rang: "Remplissez la clé, ou décochez cette enveloppe." for rang, c in enumerate(cles) if c is None
    }
    negatives = {
        rang: "Une clé n’est pas négative." for rang, c in enumerate(cles) if c is not None and c < 0
    }
    if manquent or negatives:
        raise ClesInvalides(par_ligne=manquent | negatives)
    somme = sum(cles)
    if methode == Methode.POURCENTAGES and somme != 100:
        raise ClesInvalides(f"Les pourcentages font {pourcent(Decimal(somme))}; il en faut 100\xa0%.")
    if not somme:
        raise ClesInvalides("Au moins une clé doit être plus grande que zéro.")
    return repartir(montant, cles)
