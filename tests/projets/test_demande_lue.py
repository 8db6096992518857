"""La page « La demande » : ce que l'organisme a déposé, à part de ce qu'on en fait, à un clic l'une de l'autre."""

import re
from decimal import Decimal as D

import pytest
from django.urls import reverse

from socle.valeurs.argent import en_dollars
from tests.outils.html_accessible import assert_html_accessible
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db
BESOIN = p.REPONSES["besoin"]


def adresse(nom, initiative, *args):
    return reverse(f"projets:{nom}", args=[initiative.pk, *args])


def onglets(page):
    """{libellé: (adresse, vrai si c'est la page ouverte)}."""
    lus = re.findall(r'<a\s+href="([^"]+)"\s*(aria-current="page")?>\s*([^<]+?)\s*</a>', page)
    return {libelle: (url, bool(ici)) for url, ici, libelle in lus}


def test_la_demande_se_lit_a_sa_page_et_l_initiative_n_en_garde_que_le_montant(
    admissible, agente, equipe, client_de
):
    for personne in (agente, equipe[0]):
        client = client_de(personne)
        initiative = client.get(adresse("initiative", admissible)).text
        demande = client.get(adresse("demande_deposee", admissible))
        assert_html_accessible(demande)
        assert (BESOIN in demande.text, BESOIN in initiative) == (True, False)
        assert f"<dd>{en_dollars(D(35_000))}</dd>" in initiative
        assert adresse("demande_pdf", admissible) in demande.text


def test_chaque_page_d_une_initiative_dit_laquelle_est_ouverte_et_mene_a_l_autre(
    admissible, agente, client_de
):
    adresses = {"L’initiative": "initiative", "La demande": "demande_deposee"}
    for ici, nom in adresses.items():
        lus = onglets(client_de(agente).get(adresse(nom, admissible)).text)
        attendus = {libelle: (adresse(n, admissible), libelle == ici) for libelle, n in adresses.items()}
        assert {libelle: lus[libelle] for libelle in adresses} == attendus


def test_ce_qui_cite_la_demande_mene_a_elle(admissible, agente, client_de):
    client, lien = client_de(agente), f'href="{adresse("demande_deposee", admissible)}"'
    question = reverse("projets:question", args=[admissible.appel_id, "besoin"])
    attente = client.post(adresse("demande_pdf", admissible)).url
    for page in (question, attente):
        assert lien in client.get(page).text
