"""L'échéancier : le proposer d'après les sommes accordées, et vérifier celui qu'on a écrit.

Les taux sont des réglages qu'on montre et qu'on change, jamais des constantes cachées (dossier des initiatives, D).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socle.texte.typographie import date_longue
from socle.valeurs.exercice import Exercice
from socle.valeurs.montants import ZERO, arrondir, en_dollars


@dataclass(frozen=True)
class Reglages:
    """Des pourcentages et un seuil en dollars; `petite` et `premiere` : la part versée à la signature."""

    seuil: Decimal
    petite: Decimal
    premiere: Decimal
    retenue: Decimal


# Ce qu'on a vu : jusqu'à 10 000 $, 90/10; au-delà, 70/30; sur plusieurs exercices, 10 % retenus sur le dernier.
USUELS = Reglages(seuil=Decimal(10_000), petite=Decimal(90), premiere=Decimal(70), retenue=Decimal(10))


@dataclass(frozen=True)
class Part:
    """Ce qu'une enveloppe accorde; `cle` est celle de son affectation."""

    cle: int
    an: int
    montant: Decimal


@dataclass(frozen=True)
class Prevue:
    """Une tranche écrite ou proposée; `part` est la clé d'une affectation."""

    part: int
    montant: Decimal
    condition: str  # signature, rapport ou date
    prevue_le: date
    retenue: bool = False


def proposer(parts, *, debut, rapport_final_le, reglages):
    """Les tranches, dans l'ordre; leur somme est toujours celle des parts, au cent."""
    parts = sorted(parts, key=lambda p: (p.an, p.cle))
    retenues = _retenir(parts, reglages)
    premier = parts[0].an
    proposees = [
        Prevue(
            part.cle,
            part.montant - retenues[part.cle],
            "signature" if part.an == premier else "rapport",
            max(debut, Exercice(part.an).debut),
        )
        for part in parts
        if part.montant > retenues[part.cle]
    ]
    finales = [
        Prevue(p.cle, retenues[p.cle], "rapport", rapport_final_le, retenue=True)
        for p in parts
        if retenues[p.cle]
    ]
    return proposees + finales


def _retenir(parts, reglages):
    """{clé: dollars gardés jusqu'au rapport final}; d'un seul exercice, une part de chacune; sinon, du dernier."""
    total, ans = sum((p.montant for p in parts), ZERO), {p.an for p in parts}
    if len(ans) == 1:
        versee = reglages.petite if total <= reglages.seuil else reglages.premiere
        return {p.cle: p.montant - arrondir(p.montant * versee / 100) for p in parts}
    gardees, reste = defaultdict(lambda: ZERO), arrondir(total * reglages.retenue / 100)
    for part in reversed(parts):
        gardees[part.cle] = min(reste, part.montant)
        reste -= gardees[part.cle]
    return gardees


def ranger(tranches):
    """Dans l'ordre de leur date; ce qui est retenu vient en dernier."""
    return sorted(tranches, key=lambda t: (t.retenue, t.prevue_le))


def fautes_d_echeancier(tranches, parts, noms, *, debut, rapport_final_le, fin):
    """[(phrase, rang du premier versement fautif)], chaque phrase une fois.

    `noms` : {clé d'une part: son enveloppe, en mots}; `fin` : celle de la convention.
    """
    exercices, dites = {part.cle: Exercice(part.an) for part in parts}, {}
    numerotees = list(enumerate(tranches, start=1))
    fautes = [*_fautes_de_sommes(numerotees, parts, noms)]
    for rang, tranche in numerotees:
        siennes = _fautes_de_tranche(tranche, exercices.get(tranche.part), debut=debut, fin=fin)
        fautes += [(phrase, rang) for phrase in siennes]
    for phrase, rang in fautes + [*_fautes_de_retenue(numerotees, rapport_final_le)]:
        dites.setdefault(phrase, rang)
    return list(dites.items())


def _fautes_de_sommes(numerotees, parts, noms):
    """Une somme se complète à son dernier versement; qui n'en a pas, à la rangée libre."""
    for part in parts:
        siennes = [(rang, t.montant) for rang, t in numerotees if t.part == part.cle]
        prevu = sum((montant for _, montant in siennes), ZERO)
        if prevu != part.montant:
            phrase = (
                f"«\xa0{noms[part.cle]}\xa0», {Exercice(part.an)}\xa0: les versements font {en_dollars(prevu)}, "
                f"la somme accordée est de {en_dollars(part.montant)}."
            )
            yield phrase, siennes[-1][0] if siennes else len(numerotees) + 1


def _fautes_de_tranche(tranche, exercice, *, debut, fin):
    if exercice is None:
        yield "Un versement puise à une somme qui n’est pas accordée à cette initiative."
    if tranche.montant <= 0:
        yield "Un versement est de plus de zéro dollar."
    if exercice:
        yield from fautes_de_jour(tranche.prevue_le, exercice, debut=debut, fin=fin)


def fautes_de_jour(jour, exercice, *, debut, fin):
    """Le jour prévu d'un versement : dans le protocole et la convention, et pas avant que son exercice commence."""
    if not debut <= jour <= fin:
        yield "Un versement se prévoit entre le début du protocole et la fin de la convention."
    if jour < exercice.debut:
        yield f"Un versement de {exercice} se prévoit au plus tôt le {date_longue(exercice.debut)}."


def _fautes_de_retenue(numerotees, rapport_final_le):
    derniere_libre = max((rang for rang, t in numerotees if not t.retenue), default=0)
    for rang, tranche in numerotees:
        if not tranche.retenue:
            continue
        if tranche.condition != "rapport":
            yield "Ce qui est retenu attend le rapport final.", rang
        if tranche.prevue_le < rapport_final_le:
            yield "Ce qui est retenu se verse au plus tôt à la date du rapport final.", rang
        if rang < derniere_libre:
            yield "Ce qui est retenu vient en dernier.", rang
