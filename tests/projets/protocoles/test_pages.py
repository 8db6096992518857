"""Sous protocole, l'initiative garde sa page : son état se lit de la Table et de son organisme."""

import pytest
from django.urls import reverse

from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_etats import regle

pytestmark = pytest.mark.django_db
SUITES = {
    "En cours": lambda s, par: s,
    "Suspendue": lambda s, par: s.suspendre(par=par, motif="La salle est inondée."),
    "Terminée": lambda s, par: regle(s, par).clore(par=par),
    "Abandonnée": lambda s, par: s.resilier(par=par, motif="Elle cesse.", demandee="organisme", **f.appui()),
}


@pytest.mark.parametrize("dit", SUITES)
def test_l_etat_se_lit_de_la_table_et_de_l_organisme(dit, signe, signataire, agente, equipe, client_de):
    SUITES[dit](f.relire(signe), signataire)
    for personne in (agente, equipe[1]):
        client = client_de(personne)
        page = client.get(reverse("projets:initiative", args=[signe.initiative_id]))
        assert dit in page.text
        assert "12\xa0000,00" in page.text
        assert_html_accessible(page)
        assert client.get(reverse("projets:initiatives")).status_code == 200
        assert client.get(reverse("pilotage:accueil")).status_code == 200
