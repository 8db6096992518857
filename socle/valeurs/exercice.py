"""L'exercice financier : du 1er avril au 31 mars (évaluation 2017-2023, reddition annuelle)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, order=True)
class Exercice:
    """Un exercice, désigné par l'an de son 1er avril : `Exercice(2025)` est « 2025-2026 »."""

    an: int

    @classmethod
    def de(cls, jour):
        """L'exercice qui contient ce jour."""
        return cls(jour.year if jour.month >= 4 else jour.year - 1)

    @classmethod
    def lire(cls, libelle):
        """Lit « 2025-2026 »; lève `ValueError` quand les deux années ne se suivent pas."""
        premier, _, second = libelle.partition("-")
        if not (len(premier) == len(second) == 4 and premier.isdigit() and second.isdigit()):
            raise ValueError(f"« {libelle} » n’est pas un exercice; écrire par exemple 2025-2026.")
        if int(second) != int(premier) + 1:
            raise ValueError(f"« {libelle} » n’est pas un exercice : les deux années doivent se suivre.")
        return cls(int(premier))

    @property
    def debut(self):
        return date(self.an, 4, 1)

    @property
    def fin(self):
        return date(self.an + 1, 3, 31)

    @classmethod
    def entre(cls, debut, fin):
        """Les exercices que touche une période, dans l'ordre."""
        return [cls(an) for an in range(cls.de(debut).an, cls.de(fin).an + 1)]

    def __str__(self):
        return f"{self.an}-{self.an + 1}"
