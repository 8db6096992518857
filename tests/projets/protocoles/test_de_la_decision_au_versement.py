"""De la décision au dernier versement, et à l'abandon, sans JavaScript : une histoire par gouvernance."""

import pytest

from tests.projets.protocoles.parcours import (
    GOUVERNANCES,
    approuver_les_clauses,
    distribution,
    jusqu_a_l_abandon,
    jusqu_a_la_cloture,
    verse_d_avance,
)
from tests.test_parcours import entrer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("nom", GOUVERNANCES)
def test_de_la_decision_au_dernier_versement_sans_javascript(nom):
    visites = Visites(distribution(nom))
    approuver_les_clauses(visites["coordination"], visites["signature"])
    jusqu_a_la_cloture(GOUVERNANCES[nom], visites)


@pytest.mark.parametrize("nom", GOUVERNANCES)
def test_d_un_versement_a_l_abandon_sans_javascript(nom):
    visites = Visites(distribution(nom))
    verse_d_avance(visites.personnes, GOUVERNANCES[nom])
    jusqu_a_l_abandon(GOUVERNANCES[nom], visites)


class Visites(dict):
    """Chaque rôle se connecte la première fois qu'on s'en sert."""

    def __init__(self, personnes):
        super().__init__()
        self.personnes = personnes

    def __missing__(self, role):
        return self.setdefault(role, entrer(self.personnes[role]))
