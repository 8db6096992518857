"""Les pages d'un protocole de plus de trente versements : douze requêtes au plus, à chacun."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from django.urls import reverse

from projets.models.reponses import envoyer
from projets.protocoles.regles.echeancier import USUELS
from tests import fabriques
from tests.projets import fabriques as p
from tests.projets.protocoles import fabriques as f
from tests.projets.test_decisions import prendre

pytestmark = pytest.mark.django_db
AU_PLUS, RANGEES = 12, 29
PAGES = {
    "preparation": ("protocole", "echeancier", "transmission", "dates", "abandon"),
    "transmis": ("protocole", "signature", "refus", "reprise", "suivi"),
    "signe": ("protocole", "rapport_inscription", "cloture", "resiliation", "suspension", "suivi"),
}


@pytest.fixture
def prepare(prete_a_decider, enveloppes, signataire, agente):
    """Payé de la seule part d'une MRC, en autant de versements qu'une page en porte."""
    prendre(prete_a_decider, signataire, affectations={enveloppes["La Matapédia"]: D("9000")})
    envoyer(prete_a_decider.appel, par=signataire)
    f.clauses_approuvees(prete_a_decider.alliance, signataire)
    protocole = f.prepare(p.relire(prete_a_decider), agente)
    premiere, *reste = protocole.echeancier_propose(USUELS)
    menues = [replace(premiere, montant=D(1)) for _ in range(RANGEES)]
    grosse = replace(premiere, montant=premiere.montant - RANGEES)
    return f.relire(f.avec_echeancier(protocole, agente, [*menues, grosse, *reste]))


@pytest.fixture
def personnes(prete_a_decider, signataire, agente, equipe, mess):
    ici = prete_a_decider.alliance.territoires.get(code="07")
    locales = [fabriques.personne(role, ici) for role in ("territoire", "sign_territoire", "fin_territoire")]
    return [signataire, agente, equipe[1], mess, *locales]


def mener(protocole, etat, signataire, agente, equipe):
    if etat != "preparation":
        protocole = f.relire(protocole.transmettre(par=agente))
    return f.signe(protocole, signataire, equipe[1]) if etat == "signe" else protocole


@pytest.mark.parametrize("etat", PAGES)
def test_douze_requetes_au_plus_a_chacun_quel_que_soit_le_nombre_de_versements(
    etat, prepare, personnes, signataire, agente, equipe, client_de, django_assert_max_num_queries
):
    protocole = mener(prepare, etat, signataire, agente, equipe)
    assert protocole.tranches.count() > RANGEES
    ouvertes = set()
    for client in map(client_de, personnes):
        client.get(reverse("pilotage:accueil"))  # la première page d'une séance en repousse la fin
        for nom in PAGES[etat]:
            with django_assert_max_num_queries(AU_PLUS):
                code = client.get(reverse(f"protocoles:{nom}", args=[protocole.pk])).status_code
            ouvertes |= {nom} if code == 200 else set()
    assert ouvertes == set(PAGES[etat])
