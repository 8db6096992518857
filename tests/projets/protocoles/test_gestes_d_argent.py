"""De la page d'un protocole, les finances vont verser ou inscrire ce qui est rendu; personne d'autre n'y est mené."""

from decimal import Decimal as D
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from projets.protocoles.models import Remboursement
from projets.protocoles.permissions import peut_payer
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def gestes(client_de):
    """`gestes(personne, protocole)` : {libellé: adresse} de ce que la page offre."""

    def lire(personne, protocole):
        page = client_de(personne).get(reverse("protocoles:protocole", args=[protocole.pk]))
        return {libelle: url for libelle, url, _ in page.context["gestes"]}

    return lire


def du_territoire(protocole, code):
    return fabriques.personne("fin_territoire", protocole.initiative.alliance.territoires.get(code=code))


def test_ce_qui_est_libere_mene_les_finances_droit_a_sa_saisie(
    signe, gestes, lectrice, agente, signataire, equipe, client_de
):
    saisie = reverse("protocoles:versement", args=[signe.convention.pk])
    dues = urlencode([("tranche", tranche.pk) for tranche in signe.tranches.filter(etat="liberee")])
    assert gestes(lectrice, signe) == {"Inscrire un versement": f"{saisie}?{dues}"}
    assert client_de(lectrice).get(f"{saisie}?{dues}").status_code == 200
    for personne in (agente, signataire, *equipe, du_territoire(signe, "08")):
        assert "Inscrire un versement" not in gestes(personne, signe)


def test_les_finances_d_un_territoire_n_y_trouvent_que_leur_part(signe, gestes, client_de):
    saisie = reverse("protocoles:versement", args=[signe.convention.pk])
    finances = du_territoire(signe, "07")
    payables = [
        ("tranche", tranche.pk)
        for tranche in signe.tranches.filter(etat="liberee")
        if peut_payer(finances, "payer", tranche) is None
    ]
    assert len(payables) == 1
    assert gestes(finances, signe) == {"Inscrire un versement": f"{saisie}?{urlencode(payables)}"}
    assert client_de(finances).get(f"{saisie}?{urlencode(payables)}").status_code == 200


def test_rien_a_verser_n_y_mene_plus(signe, gestes, lectrice):
    for tranche in signe.tranches.filter(etat="liberee"):
        f.payer(tranche, lectrice)
    assert gestes(lectrice, signe) == {}


def test_ce_qui_est_a_recuperer_mene_les_finances_a_l_inscrire_jusqu_au_dernier_dollar(
    signe, gestes, lectrice, signataire, agente
):
    paye = f.payer(signe.tranches.get(rang=1), lectrice)
    du = {paye.tranche.affectation_id: D(100)}
    f.relire(signe).resilier(
        par=signataire, motif="Elle cesse.", demandee="organisme", **f.appui(), a_recuperer=du
    )
    liste = reverse("protocoles:a_recuperer", args=[signe.convention.pk])
    assert gestes(lectrice, signe) == {"Inscrire un remboursement": f"{liste}?q={signe.initiative.numero}"}
    assert gestes(agente, signe) == {}
    ligne = f.relire(signe).releve.get(a_recuperer__gt=0)
    rendu = {"montant": D(100), "faite_le": aujourd_hui(), "reference": "R-1"}
    Remboursement.inscrire(par=lectrice, ligne=ligne, **rendu)
    assert gestes(lectrice, signe) == {}


def test_la_page_des_finances_demande_douze_requetes_au_plus(
    signe, lectrice, client_de, django_assert_max_num_queries
):
    url = reverse("protocoles:protocole", args=[signe.pk])
    client = client_de(lectrice)
    client.get(url)
    with django_assert_max_num_queries(12):
        client.get(url)
