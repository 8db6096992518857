"""Proposer les versements d'une convention, et vérifier qu'un échéancier donne le montant de chaque exercice.

Les défauts sont ceux du cycle précédent (évaluation 2017-2023, §1.1) : un premier versement à la signature, un
second au plan approuvé, puis deux par exercice, en avril et en septembre, selon le dernier rapport accepté. Les
dates, les parts et la retenue de 2024-2029 ne sont pas publiques : tout se règle.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

SOU, ZERO = Decimal("0.01"), Decimal("0.00")


@dataclass(frozen=True)
class Prevu:
    """Un versement proposé, en dollars; `rapport_an` est l'exercice du rapport qui le libère."""

    an: int
    montant: Decimal | None
    condition: str
    prevue_le: date
    rapport_an: int | None = None


@dataclass(frozen=True)
class Reglages:
    """Ce qui façonne la proposition : dollars pour `premier`, pourcentages pour les parts et la retenue."""

    premier: Decimal = Decimal("70000.00")
    part_au_plan: Decimal = Decimal(100)  # du reste du premier exercice; ce qu'elle laisse suit à l'automne
    part_du_printemps: Decimal = Decimal(50)
    retenue: Decimal = ZERO  # du dernier versement, gardée jusqu'au rapport final
    mois_du_printemps: int = 4
    mois_de_l_automne: int = 9
    mois_du_rapport: int = 6  # un rapport accepté en juin libère septembre, puis avril
    jour: int = 15


@dataclass(frozen=True)
class Ecart:
    """Ce qui ne tombe pas juste : l'exercice, et les dollars qui manquent (négatif : de trop).

    `deux_restes` : deux montants vides y attendent le reste. `hors` : l'exercice n'est pas de la convention.
    """

    an: int
    manque: Decimal = ZERO
    deux_restes: bool = False
    hors: bool = False


def proposer(exercices, *, signature_le, plan_le, rapport_final_le, reglages=None):
    """Les versements prévus d'une convention, dans l'ordre; leur somme par exercice est exacte au sou.

    `exercices` : {an: montant en dollars}.
    """
    reglages = reglages or Reglages()
    finances, prevus = sorted((an, montant) for an, montant in exercices.items() if montant), []
    for rang, (an, montant) in enumerate(finances):
        if rang == 0:
            prevus += _premier_exercice(an, montant, signature_le, plan_le, reglages)
        else:
            prevus += _exercice_suivant(an, montant, [an for an, _ in finances], reglages)
    prevus = [prevu for prevu in prevus if prevu.montant]
    return _avec_retenue(prevus, rapport_final_le, reglages.retenue)


def _premier_exercice(an, montant, signature_le, plan_le, reglages):
    premier = min(reglages.premier, montant)
    au_plan = _part(montant - premier, reglages.part_au_plan)
    automne = max(_le(an, reglages.mois_de_l_automne, reglages.jour), plan_le)
    yield Prevu(an, premier, "signature", signature_le)
    yield Prevu(an, au_plan, "plan_approuve", plan_le)
    yield Prevu(an, montant - premier - au_plan, "date", automne)


def _exercice_suivant(an, montant, finances, reglages):
    """Chaque versement attend le dernier rapport rendu avant lui d'un exercice que la convention finance."""
    printemps = _part(montant, reglages.part_du_printemps)
    for part, mois in (
        (printemps, reglages.mois_du_printemps),
        (montant - printemps, reglages.mois_de_l_automne),
    ):
        jour = _le(an, mois, reglages.jour)
        dernier = dernier_rapport(jour, reglages.mois_du_rapport)
        rapport_an = max((rendu for rendu in finances if rendu <= dernier), default=None)
        if rapport_an is None:
            yield Prevu(an, part, "date", jour)  # aucun rapport de cette convention n'est encore dû
        else:
            yield Prevu(an, part, "rapport_accepte", jour, rapport_an)


def _avec_retenue(prevus, rapport_final_le, pourcent):
    if not prevus or not pourcent:
        return prevus
    *avant, dernier = prevus
    gardee = _part(dernier.montant, pourcent)
    reste = [replace(dernier, montant=dernier.montant - gardee)] if dernier.montant > gardee else []
    retenue = [Prevu(dernier.an, gardee, "rapport_final", rapport_final_le)] if gardee else []
    return [*avant, *reste, *retenue]


def retenue_manquante(prevus, pourcent):
    """Ce que l'échéancier devrait garder jusqu'au rapport final, en dollars, s'il garde autre chose; sinon `None`.

    La retenue est une part du dernier versement, ce qu'il en reste et ce qui en est gardé ensemble.
    """
    gardes = sum((p.montant for p in prevus if p.condition == "rapport_final"), ZERO)
    suivis = [p for p in prevus if p.condition != "rapport_final"]
    if not pourcent or not suivis or (gardes and pourcent == 100):
        return None
    reste = max(suivis, key=lambda p: (p.an, p.prevue_le)).montant
    voulu = _part(reste + gardes, pourcent)
    return None if voulu == gardes else voulu


def dernier_rapport(jour, mois_du_rapport=6):
    """L'exercice du dernier rapport attendu avant ce jour : celui qui a fini en mars précédant son mois de dépôt."""
    return jour.year - 1 if jour.month > mois_du_rapport else jour.year - 2


def completer(exercices, prevus):
    """Donne à chaque montant vide le reste de son exercice; retourne (prévus, écarts).

    Sans écart, la somme de chaque exercice est celle de la convention, au sou près.
    """
    ecrits, vides = defaultdict(lambda: ZERO), Counter(p.an for p in prevus if p.montant is None)
    for prevu in prevus:
        ecrits[prevu.an] += prevu.montant or ZERO
    complets = [
        replace(p, montant=exercices.get(p.an, ZERO) - ecrits[p.an]) if p.montant is None else p
        for p in prevus
    ]
    return complets, [
        ecart for an in sorted({*exercices, *ecrits}) if (ecart := _ecart(an, exercices, ecrits, vides))
    ]


def _ecart(an, exercices, ecrits, vides):
    if an not in exercices:
        return Ecart(an, hors=True)
    if vides[an] > 1:
        return Ecart(an, deux_restes=True)
    manque = exercices[an] - ecrits[an]
    juste = manque > 0 if vides[an] else manque == 0
    return None if juste else Ecart(an, manque)


def _part(montant, pourcent):
    return (montant * Decimal(pourcent) / 100).quantize(SOU, ROUND_HALF_UP)


def _le(an, mois, jour):
    """Ce jour de ce mois, dans l'exercice qui commence le 1er avril `an`."""
    return date(an if mois >= 4 else an + 1, mois, jour)
