"""Où en est l'argent d'un exercice, et ce qu'il en advient quand la convention prend fin.

Module pur. Deux identités rendent compte de chaque dollar : convenu = reçu + à recevoir + récupéré + annulé; et
reçu + à recevoir + reporté d'ailleurs = tous les emplois + disponible.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from conventions.regles.plus_fort_reste import repartir

ZERO = Decimal(0)


@dataclass(frozen=True)
class Sommes:
    """Un exercice, en dollars : sa racine et tout son arbre."""

    an: int
    convenu: Decimal = ZERO
    recu: Decimal = ZERO
    recupere: Decimal = ZERO
    annule: Decimal = ZERO
    alloue: Decimal = ZERO
    reserve: Decimal = ZERO
    engage: Decimal = ZERO
    verse: Decimal = ZERO
    depense: Decimal = ZERO
    remis: Decimal = ZERO

    @property
    def a_recevoir(self):
        return self.convenu - self.recu - self.recupere - self.annule

    @property
    def reporte(self):
        """Ce qui est venu d'autres exercices, moins ce qui y est parti."""
        return self.alloue - (self.convenu - self.recupere - self.annule)

    @property
    def promis(self):
        return self.reserve + self.engage

    @property
    def sorti(self):
        return self.verse + self.depense + self.remis

    @property
    def disponible(self):
        return self.alloue - self.promis - self.sorti

    @property
    def recu_non_employe(self):
        """Ce que le Ministère a versé et que rien ne retient : le disponible qui n'attend pas d'être reçu."""
        return max(ZERO, self.disponible - self.a_recevoir)


def a_annuler(exercices):
    """{exercice: ce qui ne sera jamais versé}; les derniers d'abord.

    Rien de ce qui est déjà employé n'est annulé : ce que la Table a engagé ou payé au-delà du reçu lui reste à verser.
    """
    reste = sum((s.disponible for s in exercices), ZERO)
    annules = {}
    for s in sorted(exercices, key=lambda s: -s.an):
        annules[s.an] = min(s.a_recevoir, reste)
        reste -= annules[s.an]
    return annules


def a_retirer(annules, libres):
    """{enveloppe: ce que l'annulation lui retire}, selon son disponible; celles de l'exercice d'abord.

    `libres` : {enveloppe: (exercice, disponible)}.
    """
    retraits = dict.fromkeys(libres, ZERO)
    reste = ZERO
    for an, montant in annules.items():
        siennes = [e for e, (autre, libre) in libres.items() if autre == an and libre]
        poids = [libres[e][1] for e in siennes]
        pris = min(montant, sum(poids, ZERO))
        if pris:
            retraits |= dict(zip(siennes, repartir(pris, poids), strict=True))
        reste += montant - pris
    for enveloppe, (_, libre) in libres.items():
        pris = min(reste, libre - retraits[enveloppe])
        retraits[enveloppe] += pris
        reste -= pris
    return {enveloppe: montant for enveloppe, montant in retraits.items() if montant}


def reglees(exercices):
    """Les mêmes exercices une fois annulé ce qui ne viendra pas : ce qui y reste disponible est à récupérer."""
    annules = a_annuler(exercices)
    retraits = a_retirer(annules, {s.an: (s.an, s.disponible) for s in exercices})
    return [
        replace(s, annule=s.annule + annules[s.an], alloue=s.alloue - retraits.get(s.an, ZERO))
        for s in exercices
    ]


def a_rendre(exercices):
    """[(exercice qui l'a reçu, exercice où il est, dollars)] : d'où vient chaque dollar à récupérer.

    `exercices` : (exercice, reçu, à récupérer). Un report n'avance que d'un exercice à un suivant : le dernier à rendre
    prend d'abord ce qu'il a reçu lui-même, puis ce qui lui est venu du plus proche avant lui.
    """
    recus, lignes = {an: recu for an, recu, _ in exercices}, []
    for an, _, reste in sorted(exercices, reverse=True):
        for avant in sorted((autre for autre in recus if autre <= an), reverse=True):
            pris = min(reste, recus[avant])
            recus[avant] -= pris
            reste -= pris
            if pris:
                lignes.append((avant, an, pris))
    return sorted(lignes)
