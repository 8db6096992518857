"""De la décision au dernier versement, et à l'abandon, dans un vrai navigateur; l'organisme au téléphone."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.navigateur.fenetres import Fenetre
from tests.navigateur.vitrine import INFRACTIONS, TOUTES
from tests.projets.protocoles.parcours import (
    GOUVERNANCES,
    clauses_d_avance,
    distribution,
    jusqu_a_l_abandon,
    jusqu_a_la_cloture,
    verse_d_avance,
)

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
AU_TELEPHONE = ("porteur", "engagement")


def test_de_la_decision_au_dernier_versement_dans_un_navigateur(transactional_db, fenetres):
    """La gouvernance où le plus de personnes agissent; chaque page s'y juge une fois."""
    visites = Visites(fenetres, distribution("deux_paliers_local"), FenetreJugee)
    clauses_d_avance(visites.personnes)
    jusqu_a_la_cloture(GOUVERNANCES["deux_paliers_local"], visites)


@pytest.mark.parametrize("nom", ["centralise", "partage"])
def test_d_un_versement_a_l_abandon_dans_un_navigateur(transactional_db, fenetres, nom):
    visites = Visites(fenetres, distribution(nom))
    verse_d_avance(visites.personnes, GOUVERNANCES[nom])
    jusqu_a_l_abandon(GOUVERNANCES[nom], visites)


class FenetreJugee(Fenetre):
    """Axe n'y trouve rien; une page déjà jugée à cette largeur ne l'est pas deux fois."""

    jugees = set()

    def _tenir(self):
        charpente = self.etroite, re.sub(r"\d+", "", urlsplit(self.page.url).path)
        if charpente not in self.jugees:
            self.jugees.add(charpente)
            self.page.evaluate(AXE_SCRIPT)
            assert self.page.evaluate(INFRACTIONS, TOUTES) == [], self.page.url
        return super()._tenir()


class Visites(dict):
    """La fenêtre de chaque rôle, ouverte la première fois qu'on s'en sert."""

    def __init__(self, fenetres, personnes, genre=Fenetre):
        super().__init__()
        self.fenetres, self.personnes, self.genre = fenetres, personnes, genre

    def __missing__(self, role):
        fenetre = self.genre(self.fenetres.deja_connectee(self.personnes[role]), etroite=role in AU_TELEPHONE)
        return self.setdefault(role, fenetre)
