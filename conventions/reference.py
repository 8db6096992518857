"""Les montants publiés de 2017-2023, lus de `alliances/donnees/montants_2017_2023.csv`."""

import csv
from dataclasses import dataclass
from decimal import Decimal

from alliances.reference import DOSSIER


@dataclass(frozen=True)
class MontantPublie:
    """Un montant du cycle précédent, en dollars, et ce qu'il vaut : exact, arrondi, ou d'une autre période."""

    montant: Decimal
    precision: str
    source: str


def montants_2017_2023():
    """{adresse courte de l'Alliance: MontantPublie} de celles dont un montant est public."""
    with (DOSSIER / "montants_2017_2023.csv").open(encoding="utf-8", newline="") as fichier:
        return {
            ligne["alliance"]: MontantPublie(Decimal(ligne["montant"]), ligne["precision"], ligne["source"])
            for ligne in csv.DictReader(fichier)
        }
