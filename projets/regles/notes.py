"""La note d'une initiative : chaque personne note chaque critère de 0 à 4; la médiane compte, l'écart se montre."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

PLUS_HAUT = 4
ECART_QUI_SE_DISCUTE = 2  # niveaux
CENTIEME = Decimal("0.01")


@dataclass(frozen=True)
class NoteDeCritere:
    """Ce que les personnes ont donné à un critère."""

    nom: str
    poids: int
    niveaux: tuple

    @property
    def retenu(self):
        """Le niveau médian; `None` tant que personne n'a noté."""
        return Decimal(str(median(self.niveaux))) if self.niveaux else None

    @property
    def points(self):
        return _points(self.poids, self.retenu or 0)

    @property
    def ecart(self):
        return max(self.niveaux) - min(self.niveaux) if self.niveaux else 0

    @property
    def se_discute(self):
        """Un niveau zéro, ou des personnes loin l'une de l'autre : le comité en parle, rien ne se rejette seul."""
        return bool(self.niveaux) and (min(self.niveaux) == 0 or self.ecart >= ECART_QUI_SE_DISCUTE)


def _points(poids, niveau):
    """Exact : un demi-niveau d'un critère fait au plus trois décimales, et seul l'écran arrondit."""
    return Decimal(poids) * niveau / PLUS_HAUT


def a_l_ecran(note):
    """À deux décimales au plus."""
    return note.quantize(CENTIEME, ROUND_HALF_UP)


@dataclass(frozen=True)
class NoteGlobale:
    """La note sur 100, et celle de chaque personne; `complete` quand chacune a noté chaque critère."""

    criteres: tuple
    par_personne: dict

    @property
    def total(self):
        return sum((critere.points for critere in self.criteres), Decimal(0))

    @property
    def lue(self):
        """Le total tel que l'écran le montre; `None` tant que personne n'a noté toute la grille."""
        return a_l_ecran(self.total) if self.par_personne else None

    @property
    def etendue(self):
        """(la plus basse, la plus haute) des notes des personnes; `None` s'il n'y en a pas."""
        return (
            (min(self.par_personne.values()), max(self.par_personne.values())) if self.par_personne else None
        )


def noter(criteres, notes):
    """`criteres` : [(clé, nom, poids)]; `notes` : [(personne, clé du critère, niveau)].

    Seules comptent les personnes qui ont noté tous les critères.
    """
    donnees = {}
    for personne, cle, niveau in notes:
        donnees.setdefault(personne, {})[cle] = niveau
    completes = {p: niveaux for p, niveaux in donnees.items() if len(niveaux) == len(criteres)}
    lignes = tuple(
        NoteDeCritere(nom, poids, tuple(niveaux[cle] for niveaux in completes.values()))
        for cle, nom, poids in criteres
    )
    totaux = {
        personne: sum((_points(poids, niveaux[cle]) for cle, _, poids in criteres), Decimal(0))
        for personne, niveaux in completes.items()
    }
    return NoteGlobale(lignes, totaux)
