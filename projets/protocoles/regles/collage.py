"""Lire un échéancier collé d'un tableur : les cellules se reconnaissent à ce qu'elles disent, non à leur ordre.

Pur : `montant_de` et `jour_de` lisent une cellule, ou lèvent `ValueError`.
"""

from dataclasses import dataclass

from projets.protocoles.regles.echeancier import Prevue
from socle.valeurs.alphabet import normaliser

CONDITIONS = {"signature": "signature", "rapport": "rapport", "acceptation": "rapport", "date": "date"}
RETENUES = ("retenu", "retenue", "retenue finale", "oui")
VIDES = ("", "non", "-")


@dataclass(frozen=True)
class Somme:
    """Une somme accordée, telle qu'une cellule peut la nommer."""

    cle: int
    enveloppe: str
    exercice: str
    debut: object
    fin: object

    def est_dite(self, texte):
        dit = normaliser(texte)
        return dit in (
            normaliser(self.enveloppe),
            self.exercice,
            normaliser(f"{self.enveloppe}, {self.exercice}"),
        )


def lire(lignes, sommes, *, montant_de, jour_de):
    """([Prevue], [phrases]) de ces [(numéro, cellules)]; une première ligne sans montant ni date est un en-tête."""
    prevues, fautes = [], []
    for numero, cellules in lignes:
        lue = _Ligne(sommes, montant_de, jour_de)
        for cellule in cellules:
            lue.recevoir(cellule)
        if numero == 1 and lue.montant is None and lue.jour is None:
            continue
        dites = list(lue.fautes())
        fautes += [f"Ligne {numero}\xa0: {phrase}" for phrase in dites]
        if not dites:
            prevues.append(lue.prevue())
    return prevues, fautes


class _Ligne:
    def __init__(self, sommes, montant_de, jour_de):
        self.sommes, self.lecteurs = sommes, (("jour", jour_de), ("montant", montant_de))
        self.montant = self.jour = None
        self.condition, self.retenue, self.inconnues = "", False, []

    def recevoir(self, cellule):
        dit = normaliser(cellule)
        if dit in VIDES:
            return
        if nommees := [somme for somme in self.sommes if somme.est_dite(cellule)]:
            self.sommes = nommees
        elif dit in RETENUES:
            self.retenue = True
        elif mots := [c for mot, c in CONDITIONS.items() if mot in dit]:
            self.condition = mots[0]
        elif not self._lire(cellule):
            self.inconnues.append(cellule)

    def _lire(self, cellule):
        """La première date, puis le premier montant; une seconde cellule du même genre n'est pas comprise."""
        for nom, lire in self.lecteurs:
            try:
                valeur = lire(cellule)
            except ValueError:
                continue
            if getattr(self, nom) is None:
                setattr(self, nom, valeur)
                return True
        return False

    def fautes(self):
        for cellule in self.inconnues:
            yield f"«\xa0{cellule}\xa0» ne se comprend pas."
        if self.montant is None or self.montant <= 0:
            yield "il y manque un montant de plus de zéro dollar."
        if self.jour is None:
            yield "il y manque une date, par exemple 2027-04-01."
        elif len(self._siennes()) != 1:
            yield "dites à même quelle enveloppe, et de quel exercice."

    def _siennes(self):
        """Plusieurs sommes restent possibles : celle de l'exercice où tombe la date."""
        if len(self.sommes) == 1:
            return self.sommes
        return [somme for somme in self.sommes if somme.debut <= self.jour <= somme.fin]

    def prevue(self):
        condition = self.condition or ("rapport" if self.retenue else "date")
        return Prevue(self._siennes()[0].cle, self.montant, condition, self.jour, self.retenue)
