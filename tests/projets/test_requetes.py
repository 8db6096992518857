"""Une page demande autant à la base pour dix dossiers que pour trois, et pour dix avis que pour trois."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projets.models.avis import entendre
from projets.models.propositions import proposer
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets.test_decisions import prendre
from tests.projets.test_seance import dossier_pret, relu
from tests.test_pages import REQUETES_AU_PLUS

pytestmark = pytest.mark.django_db


def en_proposer(combien, appel, par, depuis):
    """Autant de dossiers de plus, prêts et proposés."""
    for rang in range(depuis, depuis + combien):
        dossier = dossier_pret(relu(appel), par, f"Organisme {rang}", f"11400010{rang:02d}")
        [enveloppe] = [e for e in dossier.appel.enveloppes_possibles() if str(e) == "La Matapédia"]
        proposer(dossier, par=par, revision=0, sens="acceptee", affectations={enveloppe: D(1000)})


def requetes(client, adresse):
    client.get(adresse)
    with CaptureQueriesContext(connection) as lues:
        assert client.get(adresse).status_code == 200
    return len(lues)


@pytest.mark.parametrize("nom", ["selection", "seance", "adoption", "reponses"])
def test_l_appel_se_choisit_en_autant_de_requetes_pour_dix_dossiers(
    nom, prete_a_decider, agente, signataire, client_de
):
    appel = prete_a_decider.appel
    prendre(prete_a_decider, signataire, sens="en_attente", raison="fonds", motif="L’enveloppe est épuisée.")
    fabriques.mandater(agente, "signature", alliance=appel.alliance)
    client, adresse = client_de(agente), reverse(f"projets:{nom}", args=[appel.pk])
    en_proposer(3, appel, agente, 0)
    trois = requetes(client, adresse)
    en_proposer(7, appel, agente, 3)
    assert requetes(client, adresse) == trois <= REQUETES_AU_PLUS


@pytest.mark.parametrize("nom", ["initiative", "demande_deposee", "decision", "proposition"])
def test_un_dossier_se_lit_en_autant_de_requetes_pour_dix_avis(
    nom, prete_a_decider, agente, client_de, signataire
):
    fabriques.mandater(agente, "signature", alliance=prete_a_decider.alliance)
    client, adresse = client_de(agente), reverse(f"projets:{nom}", args=[prete_a_decider.pk])
    a_entendre(prete_a_decider, agente, 3)
    trois = requetes(client, adresse)
    a_entendre(prete_a_decider, agente, 7)
    assert requetes(client, adresse) == trois <= REQUETES_AU_PLUS


def a_entendre(initiative, par, combien):
    for rang in range(combien):
        initiative.objectifs.create(rang=rang, objectif=f"Objectif {rang}", cible=10, unite="repas")
        initiative.partenaires.create(rang=rang, nom=f"Partenaire {rang}")
        entendre(
            initiative,
            par=par,
            groupe=f"Groupe {rang}",
            personnes=4,
            sens="favorable",
            texte="Nous y serons.",
            rendu_le=aujourd_hui(),
        )
