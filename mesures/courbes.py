"""Une courbe : les mêmes lectures à plusieurs volumes, et ce que chacune demande à la base à chaque fois."""

import statistics
import time
from dataclasses import dataclass

from django.db import connection
from django.test.utils import CaptureQueriesContext

UTILES = ("SELECT", "INSERT", "UPDATE")


@dataclass
class Volume:
    """Un volume : {libellé: combien} de rangées; {lecture: (requêtes, millisecondes de processeur)}."""

    facteur: int
    comptes: dict
    lectures: dict


@dataclass
class Courbe:
    titre: str
    chapeau: str
    volumes: list


def lire(lecture, tours):
    """(nombre de requêtes, millisecondes médianes)."""
    with CaptureQueriesContext(connection) as requetes:
        lecture()
    nombre = sum(
        requete["sql"].startswith(UTILES) for requete in requetes
    )  # avant que la page suivante n’efface tout
    temps = []
    for _ in range(tours):
        debut = time.process_time()
        lecture()
        temps.append((time.process_time() - debut) * 1000)
    return nombre, statistics.median(temps)
