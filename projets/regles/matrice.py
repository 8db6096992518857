"""La matrice d'un plan : ses rangées, ses lieux, et ce que dit chaque case.

Un zéro et un vide ne disent pas la même chose : « 0 », la priorité vaut là et rien ne la sert; vide, elle n'y vaut pas.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

PLUSIEURS, AUCUN = 0, -1  # lieux de l'initiative de plusieurs territoires, et de celle qui n'en nomme aucun
TEINTES = 3
MILLE = 1000


@dataclass(frozen=True)
class Sommes:
    nombre: int = 0
    argent: Decimal = Decimal("0.00")
    personnes: int = 0

    def __add__(self, autre):
        return Sommes(
            self.nombre + autre.nombre, self.argent + autre.argent, self.personnes + autre.personnes
        )

    @classmethod
    def lues(cls, ligne):
        return cls(ligne["nombre"], ligne["argent"], ligne["visees"])


@dataclass(frozen=True)
class Colonne:
    """Un lieu ou un état; `cle` le choisit dans la liste."""

    cle: object
    nom: str


@dataclass(frozen=True)
class Ligne:
    """Une priorité ou une thématique. `lieux` : ceux où elle vaut; `None`, partout."""

    cle: object
    nom: str
    precision: str = ""
    lieux: frozenset | None = None

    def vaut(self, colonne):
        if self.lieux is None:
            return True
        return colonne in self.lieux or (colonne == PLUSIEURS and len(self.lieux) > 1)


@dataclass(frozen=True)
class Case:
    colonne: Colonne
    sommes: Sommes
    vaut: bool
    teinte: int = 0

    @property
    def hors(self):
        """La priorité n'y vaut pas, et rien ne s'y passe."""
        return not self.vaut and not self.sommes.nombre

    @property
    def inattendue(self):
        """Une initiative y sert une priorité qui, au plan d'aujourd'hui, n'y vaut pas."""
        return not self.vaut and self.sommes.nombre > 0


@dataclass(frozen=True)
class Rangee:
    ligne: Ligne
    cases: list
    total: Sommes

    @property
    def non_servie(self):
        return not self.total.nombre

    @property
    def servies(self):
        return [case for case in self.cases if case.sommes.nombre]

    @property
    def sans_rien(self):
        return [case for case in self.cases if case.vaut and not case.sommes.nombre]


@dataclass(frozen=True)
class Matrice:
    """`totaux` : par colonne, ce qui est rattaché à une rangée, chaque initiative une seule fois."""

    colonnes: list
    rangees: list
    totaux: list
    total: Sommes
    paliers: list = field(default_factory=list)

    @property
    def non_servies(self):
        return [rangee for rangee in self.rangees if rangee.non_servie]

    @property
    def vides(self):
        """(combien de cases valent et n'ont rien, combien valent)."""
        valent = [case for rangee in self.rangees for case in rangee.cases if case.vaut]
        return sum(not case.sommes.nombre for case in valent), len(valent)

    @property
    def en_double(self):
        """Des initiatives paraissent dans plus d'une rangée."""
        return sum(rangee.total.nombre for rangee in self.rangees) > self.total.nombre


def dresser(lignes, colonnes, cases, totaux, mesure="argent"):
    """`cases` : {(ligne, colonne): Sommes}; `totaux` : {colonne: Sommes}; `mesure` : ce qui teinte."""
    cases = defaultdict(Sommes, cases)
    paliers = echelle([getattr(sommes, mesure) for sommes in cases.values()])
    rangees = [_rangee(ligne, colonnes, cases, paliers, mesure) for ligne in lignes]
    du_pied = [totaux.get(colonne.cle, Sommes()) for colonne in colonnes]
    return Matrice(colonnes, rangees, du_pied, sum(du_pied, Sommes()), paliers)


def _rangee(ligne, colonnes, cases, paliers, mesure):
    lues = [
        Case(
            colonne, s := cases[ligne.cle, colonne.cle], ligne.vaut(colonne.cle), _teinte(s, paliers, mesure)
        )
        for colonne in colonnes
    ]
    return Rangee(ligne, lues, sum((case.sommes for case in lues), Sommes()))


def echelle(valeurs):
    """Les deux bornes qui partagent en trois de zéro à la plus grande; rien s'il n'y a rien."""
    plus_grande = max(valeurs, default=0)
    if not plus_grande:
        return []
    bornes = [plus_grande * tiers / TEINTES for tiers in (1, 2)]
    pas = MILLE if bornes[0] > MILLE else 1
    return [int(borne // pas) * pas for borne in bornes]


def _teinte(sommes, paliers, mesure):
    if not sommes.nombre:
        return 0
    return 1 + sum(getattr(sommes, mesure) >= palier > 0 for palier in paliers)


def part(fraction, tout):
    """En pour cent, deux décimales; `None` si le tout est vide."""
    return (fraction * 100 / tout).quantize(Decimal("0.01")) if tout else None


def phrase_de_part(mesuree, prevue):
    """Ce que dit une part à côté de celle de la convention, en une phrase."""
    if mesuree is None:
        return "Rien n’est encore accordé\xa0: la part ne se calcule pas."
    if prevue is None:
        return "La convention n’en fixe pas la part."
    if mesuree == prevue:
        return "C’est ce que prévoit la convention."
    ecart = _points(abs(mesuree - prevue))
    return f"La convention prévoit {_pourcent(prevue)}\xa0: {ecart} de {'plus' if mesuree > prevue else 'moins'}."


def _points(ecart):
    return f"{_chiffres(ecart)}\xa0point{'s' if ecart >= 2 else ''}"


def _pourcent(valeur):
    return f"{_chiffres(valeur)}\xa0%"


def _chiffres(valeur):
    return f"{Decimal(valeur).quantize(Decimal('0.01')).normalize():f}".replace(".", ",")
