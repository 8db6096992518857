"""La vie d'une initiative sous protocole, en rangées sur un même axe : chaque jour y est un pourcentage."""

from dataclasses import dataclass, field
from datetime import date

from socle.valeurs.exercice import Exercice

ETROIT = 12  # pour cent de l'axe : au téléphone, un nom n'y tient pas


@dataclass(frozen=True)
class Axe:
    """Du premier au dernier jour de ce qui s'y place, un vingtième de marge de part et d'autre."""

    debut: date
    fin: date

    @classmethod
    def de(cls, jours):
        jours = sorted(filter(None, jours))
        marge = max((jours[-1] - jours[0]) // 20, jours[-1].resolution * 15)
        return cls(jours[0] - marge, jours[-1] + marge)

    def place(self, jour):
        return f"{self._part(jour):.2f}%"

    def _part(self, jour):
        part = (jour - self.debut).days / (self.fin - self.debut).days * 100
        return min(max(part, 0), 100)

    def bande(self, debut, fin):
        """(place, largeur) d'une période."""
        return self.place(debut), f"{self._part(fin) - self._part(debut):.2f}%"

    @property
    def exercices(self):
        """[(nom, place, largeur, pair)] de chaque exercice, pour le fond; trop étroit, il se passe de nom."""
        for rang, exercice in enumerate(Exercice.entre(self.debut, self.fin)):
            place, largeur = self.bande(max(exercice.debut, self.debut), min(exercice.fin, self.fin))
            large = float(largeur.removesuffix("%")) >= ETROIT
            yield str(exercice) if large else "", place, largeur, rang % 2


@dataclass
class Rangee:
    """Une ligne de vie : des jours (genre : fait, prevu, retard) et des périodes, puis où on en est, en mots."""

    nom: str
    mots: str
    points: list = field(default_factory=list)  # [(genre, place)]
    barres: list = field(default_factory=list)  # [(genre, place, largeur)]


def genre(jour, aujourd_hui, *, fait):
    if fait:
        return "fait"
    return "retard" if jour < aujourd_hui else "prevu"


def realisation(axe, debut, fin, aujourd_hui):
    """Ce qui est passé de la réalisation, et ce qui en reste."""
    coupe = min(max(aujourd_hui, debut), fin)
    passee = [("fait", *axe.bande(debut, coupe))] if coupe > debut else []
    return passee + ([("prevu", *axe.bande(coupe, fin))] if fin > coupe else [])
