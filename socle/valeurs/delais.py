"""Depuis quand une étape attend, pour quand, et en quels mots. Calcul pur, en jours de calendrier.

`PASSEE` est la seule règle du retard, ici comme dans les requêtes : l'échéance précède le jour.
"""

import operator
from dataclasses import dataclass
from datetime import date, timedelta

BIENTOT = 3  # jours : ce qui est dû d'ici là se remarque
PASSEE = "lt"


def est_passee(echeance, jour):
    """En retard ce jour-là : le jour dû ne l'est pas, le lendemain l'est."""
    return getattr(operator, PASSEE)(echeance, jour)


@dataclass(frozen=True)
class Delai:
    """Une étape un jour donné. `pour` : le dernier jour à temps, ou `None` sans cible de service."""

    depuis: date
    pour: date | None
    jour: date

    @property
    def reste(self):
        """Jours avant la cible, négatif en retard; `None` sans cible."""
        return (self.pour - self.jour).days if self.pour else None

    @property
    def est_en_retard(self):
        return self.pour is not None and est_passee(self.pour, self.jour)

    @property
    def mots(self):
        """« en retard de 3 jours », « pour aujourd'hui », « encore 4 jours »; sans cible, « depuis 12 jours »."""
        if self.reste is None:
            return _depuis((self.jour - self.depuis).days)
        if self.est_en_retard:
            return f"en retard de {_jours(-self.reste)}"
        return f"encore {_jours(self.reste)}" if self.reste else "pour aujourd’hui"

    @property
    def ton(self):
        """Le genre d'une pastille : ce qui est en retard, ce qui le sera bientôt, le reste."""
        if self.reste is None or self.reste > BIENTOT:
            return "neutre"
        return "probleme" if self.est_en_retard else "attention"


def delai(depuis, cible, jour):
    """Le délai d'une étape commencée ce jour-là, à finir en tant de jours; `cible` à `None` : aucune n'est fixée."""
    return Delai(depuis, None if cible is None else depuis + timedelta(days=cible), jour)


def _depuis(jours):
    return f"depuis {_jours(jours)}" if jours > 0 else "depuis aujourd’hui"


def _jours(nombre):
    return f"{nombre}\u00a0jour{'s' if nombre > 1 else ''}"
