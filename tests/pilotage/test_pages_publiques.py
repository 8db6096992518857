"""Ce que disent les pages publiques est vrai : qui joindre, et où cela se lit."""

import pytest
from django.urls import reverse

from tests import fabriques

pytestmark = pytest.mark.django_db


def test_nous_joindre_ne_promet_pas_les_coordonnees_qu_elle_n_a_pas(client):
    """P13 : la direction régionale est sur Québec.ca; qui suit le dossier, à l'historique du plan."""
    texte = " ".join(client.get("/nous-joindre/").text.split())
    for phrase in (
        "La direction régionale de Services Québec de votre région.",
        "publiées sur le site Québec.ca, et non ici",
        "nommée à l’historique du plan, s’il lui est confié",
    ):
        assert phrase in texte, phrase


def test_la_personne_qui_suit_le_dossier_est_bien_nommee_a_l_historique(cadre, agente, analyste, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    version.plan.confier(personne=analyste, par=analyste)
    page = client_de(agente).get(reverse("plans:dossier", args=[version.plan_id]))
    assert analyste.nom_complet in page.text


def test_sans_compte_on_trouve_les_appels_ouverts(client):
    """Au pied de chaque page, et à la page de connexion."""
    appels = f'href="{reverse("projets:appels_publics")}"'
    assert client.get("/aide/").text.count(appels) == 1
    assert client.get(reverse("account_login")).text.count(appels) == 2
