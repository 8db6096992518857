"""Les dates à venir d'une personne : ce qui l'attendra, ou arrivera, et quand. Chaque pièce en offre."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socle.texte.typographie import pluriel
from socle.valeurs.horloge import aujourd_hui

JOURS = 4  # les prochaines dates que montre l'accueil
LIGNES = 24  # de quoi dire tout ce qui arrive ces jours-là


@dataclass(frozen=True)
class Prevision:
    """Ce qui est prévu un jour donné : quoi, de qui, où cela se lit, et combien d'argent s'il y en a."""

    jour: date
    titre: str
    objet: str
    lien: str
    montant: Decimal | None = None
    fictif: bool = False

    @property
    def dans(self):
        """« dans 30 jours », « aujourd'hui »."""
        jours = (self.jour - aujourd_hui()).days
        return f"dans {jours}\u00a0jour{pluriel(jours)}" if jours else "aujourd’hui"


_FOURNISSEURS = []


def offrir(fournisseur):
    """Inscrit la fonction d'une pièce qui, d'une personne, rend ses premières `Prevision`, `LIGNES` au plus."""
    if fournisseur not in _FOURNISSEURS:
        _FOURNISSEURS.append(fournisseur)


def a_venir(utilisateur):
    """Ce qui est prévu aux prochaines dates de cette personne, toutes pièces confondues."""
    prevues = [prevue for fournisseur in _FOURNISSEURS for prevue in fournisseur(utilisateur)]
    jours = sorted({prevue.jour for prevue in prevues})[:JOURS]
    return sorted((p for p in prevues if p.jour in jours), key=lambda prevue: prevue.jour)
