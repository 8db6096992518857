"""Les calendriers des appels de la démonstration : deux sont passés, les autres se comptent depuis aujourd'hui."""

from dataclasses import dataclass
from datetime import date, timedelta

from demonstration.horloge import il_y_a, vrai_jour
from socle.valeurs.exercice import Exercice


@dataclass(frozen=True)
class Calendrier:
    """Les jours d'un appel; ce qui n'est pas arrivé n'en a pas. `debut` et `fin` : ceux des initiatives.

    D'un appel passé, ce qui est accepté reste réservé sans fin (`reservation`) jusqu'à son protocole.
    """

    publie: date
    ferme: date
    debut: date
    fin: date
    promise: date
    juge: date | None = None
    avis: date | None = None
    decide: date | None = None
    repond: date | None = None
    reservation: int | None = None  # jours

    def depot(self, rang, nombre):
        """Le jour où dépose la `rang`-ième de `nombre` demandes, d'ici la veille de la fermeture ou aujourd'hui."""
        ouverts = (min(self.ferme, vrai_jour()) - self.publie).days - 2
        return self.publie + timedelta(2 + ouverts * rang // max(1, nombre) - (rang > 0))


def _a_venir():
    """(début, fin) des initiatives d'un appel d'aujourd'hui : dans deux mois, et jusqu'à la fin du second exercice."""
    debut = vrai_jour() + timedelta(65)
    return debut.replace(day=1), Exercice(Exercice.de(debut).an + 1).fin


def _recent(publie, ferme, promise=-24, **etapes):
    debut, fin = _a_venir()
    jours = {etape: il_y_a(jours) for etape, jours in etapes.items()}
    return Calendrier(il_y_a(publie), il_y_a(ferme), debut, fin, il_y_a(promise), reservation=120, **jours)


def calendrier(nom):
    return CALENDRIERS[nom]()


CALENDRIERS = {
    "2025": lambda: Calendrier(
        publie=date(2025, 5, 26),
        ferme=date(2025, 6, 20),
        juge=date(2025, 7, 2),
        avis=date(2025, 7, 22),
        decide=date(2025, 8, 26),
        repond=date(2025, 9, 2),
        promise=date(2025, 9, 5),
        debut=date(2025, 9, 15),
        fin=date(2026, 3, 31),
    ),
    "2026": lambda: Calendrier(
        publie=date(2026, 5, 25),
        ferme=date(2026, 6, 19),
        juge=date(2026, 6, 30),
        avis=date(2026, 7, 21),
        decide=date(2026, 8, 25),
        repond=date(2026, 9, 1),
        promise=date(2026, 9, 4),
        debut=date(2026, 9, 14),
        fin=date(2028, 3, 31),
    ),
    "preparation": lambda: _recent(-10, -45, promise=-80),
    "ouvert": lambda: _recent(12, -18, promise=-60),
    "depose": lambda: _recent(40, 9),
    "etude": lambda: _recent(58, 26, juge=19, avis=11),
    "decide": lambda: _recent(72, 44, juge=36, avis=24, decide=4),
}
