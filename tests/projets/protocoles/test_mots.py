"""Les mots du protocole, là où son organisme et la Table les lisent : à qui le tour, ce qui vient, un seul nom."""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db


def lire(client, protocole, nom="suivi"):
    """Les mots d'une page du protocole, sans ses balises."""
    page = client.get(reverse(f"protocoles:{nom}", args=[protocole.pk]))
    assert page.status_code == 200
    return " ".join(strip_tags(page.text).split())


def accueil(client):
    return " ".join(strip_tags(client.get("/").text).split())


def test_l_accueil_de_l_organisme_dit_ou_en_est_son_protocole(
    transmis, signataire, equipe, lectrice, client_de
):
    redige, engage = map(client_de, equipe)
    assert "Son protocole attend votre signature." in accueil(engage)
    lue = accueil(redige)
    assert f"La personne autorisée à engager signe ({equipe[1].nom_complet})." in lue
    assert "vient de la Table" not in lue
    f.signer(transmis, "organisme", equipe[1])
    assert "il attend la signature de la Table." in accueil(engage)
    f.signer(f.relire(transmis), "alliance", signataire)
    assert "Aux finances de la Table : verser 12 600,01 $." in accueil(redige)
    for tranche in (
        f.relire(transmis).tranches.filter(etat="liberee").select_related("affectation__enveloppe")
    ):
        f.payer(tranche, lectrice)
    assert "Elle se réalise. Prochain rapport : 31 janvier 2027." in accueil(redige)


def test_qui_n_engage_pas_ne_lit_pas_a_vous_de_signer(transmis, equipe, client_de):
    redige, engage = map(client_de, equipe)
    for nom in ("suivi", "protocole"):
        lue = lire(redige, transmis, nom)
        assert f"À votre organisme La personne autorisée à engager signe ({equipe[1].nom_complet})." in lue
        assert "À vous" not in lue
        assert "À vous" in lire(engage, transmis, nom)
    assert "Lire et signer" not in lire(redige, transmis)
    assert "Lire et signer" in lire(engage, transmis)


def test_le_beneficiaire_change_est_a_la_table_et_rien_ne_se_verse(signe, agente, equipe, client_de):
    organisme = signe.initiative.organisme
    type(organisme).objects.filter(pk=organisme.pk).update(nom="Un autre nom")
    for nom in ("suivi", "protocole"):
        lue = lire(client_de(agente), signe, nom)
        assert "À la Table Vérifier le bénéficiaire" in lue
        assert "rien ne se verse" in lue
        assert "Verser 12 600,01" not in lue
    assert "Au tour de la Table : vérifier le bénéficiaire" in accueil(client_de(equipe[0]))
