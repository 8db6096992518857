"""Ce qui attend une personne : une phrase, un lien, une date. Chaque pièce en offre; le toit les rassemble."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import cached_property
from django.utils.text import slugify

from socle.valeurs.delais import Delai, est_passee
from socle.valeurs.horloge import aujourd_hui


class Geste(NamedTuple):
    """Ce qu'on attend d'une personne, dit pour une chose, puis pour plusieurs : « Signer la convention »."""

    un: str
    plusieurs: str


@dataclass(frozen=True)
class Attente:
    """Une chose à faire. `echeance` est une date ou `None`; `depuis`, le jour où elle est devenue à faire.

    `commencee` : quelqu'un y a déjà travaillé; `fictif` : le montant est inventé. Quand la base en compte plusieurs
    d'un coup, `nombre` et `tardives` disent combien; `depuis` et `echeance` sont alors celles de la plus ancienne.
    `chose` : ce dont il s'agit, déjà lu, pour la page qui le montre aussi.
    """

    geste: Geste
    objet: str
    lien: str
    depuis: date
    echeance: date | None = None
    commencee: bool = False
    montant: Decimal | None = None
    fictif: bool = False
    nombre: int = 1
    tardives: int | None = None
    chose: object = None

    @property
    def titre(self):
        return self.geste.un if self.nombre == 1 else self.geste.plusieurs

    @property
    def delai(self):
        return Delai(self.depuis, self.echeance, aujourd_hui())

    @property
    def est_en_retard(self):
        return self.echeance is not None and est_passee(self.echeance, aujourd_hui())

    @property
    def retards(self):
        return int(self.est_en_retard) if self.tardives is None else self.tardives

    @property
    def rang(self):
        """Pour trier : le plus en retard d'abord, puis ce qui attend depuis le plus longtemps."""
        return (self.echeance or date.max, self.depuis)


@dataclass(frozen=True)
class Groupe:
    """Les attentes d'un même geste, la plus pressante d'abord : une ligne de l'accueil."""

    attentes: list

    @property
    def premiere(self):
        return self.attentes[0]

    @property
    def code(self):
        return code_de(self.premiere.geste)

    @property
    def titre(self):
        geste = self.premiere.geste
        return geste.un if self.nombre == 1 else geste.plusieurs

    @property
    def lien(self):
        """Droit à la chose, ou à la liste que la pièce en donne; vide si plusieurs attentes sont à lister."""
        return self.premiere.lien if len(self.attentes) == 1 else ""

    @cached_property
    def nombre(self):
        return sum(attente.nombre for attente in self.attentes)

    @property
    def autres(self):
        """Combien de plus que ce que dit la première, qui peut déjà en réunir plusieurs."""
        return self.nombre - self.premiere.nombre

    @cached_property
    def retards(self):
        return sum(attente.retards for attente in self.attentes)

    @cached_property
    def montant(self):
        """La somme, ou `None` si aucune n'a de montant."""
        montants = [attente.montant for attente in self.attentes if attente.montant is not None]
        return sum(montants) if montants else None

    @property
    def fictif(self):
        """Le montant montré est inventé; sans montant, rien ne l'est."""
        return self.montant is not None and any(attente.fictif for attente in self.attentes)


def code_de(geste):
    """Le geste dans une adresse : « signer-la-convention »."""
    return slugify(geste.un)


def regrouper(attentes):
    """Les attentes par geste, dans l'ordre où elles viennent : celui dont une attente presse le plus d'abord."""
    groupes = {}
    for attente in attentes:
        groupes.setdefault(attente.geste, []).append(attente)
    return [Groupe(siennes) for siennes in groupes.values()]


_FOURNISSEURS = []


def offrir(fournisseur):
    """Inscrit la fonction d'une pièce qui, d'une personne, rend ses `Attente`; appelée à son démarrage."""
    if fournisseur not in _FOURNISSEURS:
        _FOURNISSEURS.append(fournisseur)


def taches(utilisateur):
    """Tout ce qui attend cette personne, toutes pièces confondues, le plus pressant d'abord."""
    attentes = [attente for fournisseur in _FOURNISSEURS for attente in fournisseur(utilisateur)]
    return sorted(attentes, key=lambda attente: attente.rang)
