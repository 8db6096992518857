"""De quoi dépenser et remettre : un exercice réparti, les personnes d'un territoire, des saisies justes."""

from datetime import date
from decimal import Decimal

from conventions.models import Depense, Remise
from tests import fabriques
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_en_vigueur,
    enveloppes_par_nom,
    repartition_adoptee,
)

COORDINATION, PARTICIPATION, LOCALE = (
    "Coordination et mobilisation",
    "Participation des personnes",
    "La Matapédia",
)
JOUR = date(2025, 6, 30)


def convention_repartie(alliance):
    convention = convention_en_vigueur(alliance)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    return convention


def enveloppe(convention, nom=COORDINATION, an=2025):
    return enveloppes_par_nom(convention, an)[nom]


def saisie(convention, nom=COORDINATION, **champs):
    """Ce que reçoit `Depense.inscrire`."""
    valeurs = {
        "enveloppe": enveloppe(convention, nom),
        "poste": "salaires",
        "faite_le": JOUR,
        "montant": Decimal("1000.00"),
        "reference": "JE-1",
        "objet": "Paie de juin",
    }
    return valeurs | champs


def depense(convention, *, par, **champs):
    return Depense.inscrire(par=par, **saisie(convention, **champs))


def remise(convention, *, par, **champs):
    valeurs = {
        "enveloppe": enveloppe(convention, LOCALE),
        "faite_le": JOUR,
        "montant": Decimal("5000.00"),
        "reference": "R-1",
    }
    return Remise.inscrire(par=par, **valeurs | champs)


def du_territoire(alliance, role="fin_territoire", code="07"):
    return fabriques.personne(role, alliance.territoires.get(code=code))
