"""Demander à engager son organisme depuis sa demande; la Table de l'appel répond; le dépôt suit."""

from datetime import timedelta

import pytest
from django.urls import reverse

from alliances.models import DemandeDEngagement, Mandat
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db


@partagee
def organisme(cadre):
    return p.organisme(cadre.bsl)


@partagee
def lea(organisme):
    return fabriques.personne("porteur", organisme, prenom="Léa", nom="Tremblay")


@partagee
def prete(cadre, agente, organisme, lea):
    fabriques.version_approuvee(cadre.bsl)
    return p.demande_prete(p.appel_ouvert(cadre.bsl, par=agente), organisme, lea)


def adresse(nom, initiative):
    return reverse(f"projets:{nom}", args=[initiative.pk])


def resolution(**champs):
    return {
        "resolution": "CA-2026-04",
        "resolution_le": aujourd_hui().isoformat(),
        "piece": fabriques.fichier_pdf(),
    } | champs


def vieillir(personne):
    """Ouvert depuis un mois."""
    type(personne).objects.filter(pk=personne.pk).update(cree_le=personne.cree_le - timedelta(days=30))


def test_de_la_resolution_au_depot(prete, organisme, lea, agente, client_de):
    vieillir(lea)
    porteuse = client_de(lea)
    assert porteuse.post(adresse("depot", prete), {"atteste": "on"}).status_code == 403
    assert adresse("engagement", prete) in porteuse.get(adresse("demande", prete)).content.decode()
    assert_html_accessible(porteuse.get(adresse("engagement", prete)))
    porteuse.post(adresse("engagement", prete), resolution())
    demande = DemandeDEngagement.objects.get()
    assert (demande.alliance, demande.organisme) == (prete.alliance, organisme)
    page = porteuse.get(reverse("projets:mes_organismes"))
    assert_html_accessible(page)
    assert "Retirer ma demande" in page.content.decode()
    assert agente.notifications.filter(a_suivre=True, cle=f"engagement:{demande.pk}").exists()

    client_de(agente).post(reverse("alliances:engagement_acceptation", args=[demande.pk]))
    assert p.attester(client_de(lea), adresse("depot", prete)).status_code == 302
    assert p.relire(prete).etat == "deposee"


@pytest.mark.parametrize(
    "faute",
    [{"resolution": ""}, {"resolution_le": "2999-01-01"}, {"resolution_le": "hier"}, {"piece": ""}],
)
def test_une_resolution_incomplete_ne_part_pas(prete, lea, client_de, faute):
    reponse = client_de(lea).post(adresse("engagement", prete), resolution(**faute))
    assert (reponse.status_code, DemandeDEngagement.objects.count()) == (200, 0)


def test_un_double_envoi_ne_fait_qu_une_demande(prete, lea, client_de):
    for _ in range(2):
        client_de(lea).post(adresse("engagement", prete), resolution())
    assert DemandeDEngagement.objects.count() == 1


def test_ni_la_table_ni_une_autre_ne_demandent_a_la_place_de_l_organisme(prete, cadre, agente, client_de):
    voisine = fabriques.personne("porteur", p.organisme(cadre.bsl, "Cuisine", "1140000025"))
    for personne in (agente, voisine):
        assert client_de(personne).post(adresse("engagement", prete), resolution()).status_code == 404
    assert not Mandat.objects.filter(role="engagement").exists()


def lues(client, initiative):
    """Ce que disent la liste des parties, la vérification et l'accueil."""
    pages = [client.get(adresse(nom, initiative)) for nom in ("demande", "verification")]
    for page in pages:
        assert_html_accessible(page)
        assert "Rien n’empêche de déposer" not in page.text
        assert "Cette action revient" not in page.text
    return *(" ".join(page.text.split()) for page in pages), client.get(reverse("pilotage:accueil")).text


def test_prete_la_demande_dit_qui_peut_la_deposer(prete, organisme, lea, client_de):
    fabriques.personne("engagement", organisme, prenom="Hortense", nom="Gagnon")
    taches, verification, accueil = lues(client_de(lea), prete)
    for page in (taches, verification):
        assert "peut déposer la demande : Hortense Gagnon." in page
        assert adresse("engagement", prete) not in page
    assert "À terminer, puis à faire déposer par Hortense Gagnon avant" in accueil
    assert "À vous" not in accueil


def test_personne_n_engage_l_organisme_la_demande_mene_a_le_demander_puis_dit_qu_on_attend(
    prete, lea, client_de
):
    client = client_de(lea)
    taches, verification, accueil = lues(client, prete)
    for page in (taches, verification):
        assert "personne ne l’engage encore" in page
        assert adresse("engagement", prete) in page
    assert "personne ne peut encore la déposer" in accueil
    client.post(adresse("engagement", prete), resolution())
    for page in lues(client, prete)[:2]:
        assert "attend la réponse de la Table" in page
        assert adresse("engagement", prete) not in page
