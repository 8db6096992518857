"""De l'appel à la lettre sans JavaScript : la page de décision et la séance, avec ce qu'elles laisseraient."""

import pytest

from tests.outils.porte_pdf import verifier_pdf
from tests.projets.parcours import CIRCUITS, distribution, jouer, verifier
from tests.test_parcours import entrer


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nom", ["deux_paliers_local", "deux_paliers_regional"])
def test_de_l_appel_a_la_lettre_sans_javascript(nom):
    visites = {role: entrer(personne) for role, personne in distribution(nom).items()}
    assert verifier_pdf(jouer(CIRCUITS[nom], visites)) == []
    verifier(CIRCUITS[nom])
