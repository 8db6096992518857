"""Ce qui attend une personne : une phrase, un lien, une date. Chaque pièce en offre; le toit les rassemble."""

from dataclasses import dataclass
from datetime import date

from socle.valeurs.delais import est_passee
from socle.valeurs.horloge import aujourd_hui


@dataclass(frozen=True)
class Attente:
    """Une chose à faire. `echeance` est une date ou `None`; `depuis`, le jour où elle est devenue à faire.

    `commencee` : quelqu'un y a déjà travaillé.
    """

    titre: str
    objet: str
    lien: str
    depuis: date
    echeance: date | None = None
    commencee: bool = False

    @property
    def jours_restants(self):
        """Jours avant l'échéance, négatif en retard, ou `None` sans échéance."""
        return (self.echeance - aujourd_hui()).days if self.echeance else None

    @property
    def est_en_retard(self):
        return self.echeance is not None and est_passee(self.echeance, aujourd_hui())

    @property
    def rang(self):
        """Pour trier : le plus en retard d'abord, puis ce qui attend depuis le plus longtemps."""
        return (self.echeance or date.max, self.depuis)


_FOURNISSEURS = []


def offrir(fournisseur):
    """Inscrit la fonction d'une pièce qui, d'une personne, rend ses `Attente`; appelée à son démarrage."""
    if fournisseur not in _FOURNISSEURS:
        _FOURNISSEURS.append(fournisseur)


def taches(utilisateur):
    """Tout ce qui attend cette personne, toutes pièces confondues, le plus pressant d'abord."""
    attentes = [attente for fournisseur in _FOURNISSEURS for attente in fournisseur(utilisateur)]
    return sorted(attentes, key=lambda attente: attente.rang)
