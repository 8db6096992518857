"""De l'appel à la lettre dans un vrai navigateur, l'organisme au téléphone : une histoire par gouvernance."""

import pytest

from tests.navigateur.fenetres import Fenetre
from tests.projets.parcours import CIRCUITS, distribution, jouer, verifier

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
AU_TELEPHONE = ("porteur", "engagement")


@pytest.mark.parametrize("nom", ["centralise", "partage", "deux_paliers_local"])
def test_de_l_appel_a_la_lettre_dans_un_navigateur(transactional_db, fenetres, nom):
    visites = Visites(fenetres, distribution(nom))
    assert jouer(CIRCUITS[nom], visites).startswith(b"%PDF-")
    verifier(CIRCUITS[nom])


class Visites(dict):
    """La fenêtre de chaque rôle, ouverte la première fois qu'on s'en sert."""

    def __init__(self, fenetres, personnes):
        super().__init__()
        self.fenetres, self.personnes = fenetres, personnes

    def __missing__(self, role):
        fenetre = Fenetre(self.fenetres.deja_connectee(self.personnes[role]), etroite=role in AU_TELEPHONE)
        return self.setdefault(role, fenetre)
