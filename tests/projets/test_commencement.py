"""Commencer une demande : un brouillon qui existe déjà se dit, et un second se choisit."""

import pytest
from django.urls import reverse

from projets.models import Initiative
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
def url(cadre, agente):
    fabriques.version_approuvee(cadre.bsl)
    return reverse("projets:commencement", args=[p.appel_ouvert(cadre.bsl, par=agente).pk])


def test_un_retour_arriere_n_ouvre_pas_un_second_brouillon_sans_le_vouloir(url, organisme, lea, client_de):
    client, envoi = client_de(lea), {"organisme": organisme.pk}
    assert "Un brouillon existe déjà" not in client.get(url).text
    assert client.post(url, envoi).status_code == 302
    brouillon = Initiative.objects.get()
    page = client.post(url, envoi)
    assert_html_accessible(page)
    assert "continuez-le, ou cochez ici" in page.text
    assert reverse("projets:demande", args=[brouillon.pk]) in page.text
    assert Initiative.objects.count() == 1
    assert client.post(url, envoi | {"un_autre": "on"}).status_code == 302
    assert Initiative.objects.count() == 2


def test_le_brouillon_d_un_autre_organisme_ne_se_dit_pas_et_ne_retient_rien(
    url, cadre, organisme, lea, client_de
):
    autre = p.organisme(cadre.bsl, "Cuisine", "1140000025")
    voisine = fabriques.personne("porteur", autre)
    client_de(lea).post(url, {"organisme": organisme.pk})
    assert "Un brouillon existe déjà" not in client_de(voisine).get(url).text
    fabriques.mandater(lea, "porteur", organisme=autre)
    assert client_de(lea).post(url, {"organisme": autre.pk}).status_code == 302


def test_un_brouillon_abandonne_ne_retient_rien(url, organisme, lea, client_de):
    client_de(lea).post(url, {"organisme": organisme.pk})
    Initiative.objects.get().abandonner(par=lea)
    assert client_de(lea).post(url, {"organisme": organisme.pk}).status_code == 302


def test_qui_n_engage_pas_l_apprend_avant_de_commencer(url, organisme, lea, client_de):
    page = " ".join(client_de(lea).get(url).text.split())
    assert "personne ne l’engage encore. Un compte ouvert aujourd’hui engage au plus tôt demain" in page
    hortense = fabriques.personne("engagement", organisme, prenom="Hortense", nom="Gagnon")
    page = " ".join(client_de(lea).get(url).text.split())
    assert "pourra déposer la demande : Hortense Gagnon." in page
    assert "Seule une personne" not in client_de(hortense).get(url).text


def test_la_page_publique_d_entree_dit_quand_on_engage(url, client):
    appel = Initiative._meta.get_field("appel").related_model.objects.get()
    page = " ".join(client.get(reverse("projets:entree", args=[appel.pk])).text.split())
    assert "Un compte ouvert aujourd’hui engage au plus tôt demain" in page
