"""Une clé de sécurité à côté du code : offerte, jamais à la place du mot de passe, sans rien en ligne."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from alliances.models.mandats import droits_de
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.socle.comptes import SECRET, creer, entrer, est_entre

pytestmark = pytest.mark.django_db


@pytest.fixture
def personne(db):
    return creer()


def confirmer(client):
    client.post(reverse("account_reauthenticate") + "?next=/", {"password": SECRET})


def test_une_cle_s_offre_a_cote_de_l_application(client, personne):
    entrer(client)
    page = client.get(reverse("mfa_index"))
    assert_html_accessible(page)
    assert reverse("mfa_add_webauthn") in page.text
    confirmer(client)
    page = client.get(reverse("mfa_add_webauthn"))
    assert page.status_code == 200
    assert_html_accessible(page)
    assert "Ajouter une clé de sécurité" in page.text
    assert "mfa/js/webauthn.js" in page.text
    executables = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>", page.text)
    assert executables == []


def test_une_cle_fausse_est_refusee_en_francais(client, personne):
    entrer(client)
    confirmer(client)
    page = client.post(reverse("mfa_add_webauthn"), {"name": "Clé", "credential": '{"type": "public-key"}'})
    assert page.status_code == 200
    assert not Authenticator.objects.exists()
    assert_html_accessible(page)


def test_une_cle_vaut_une_seconde_etape(cadre):
    personne = fabriques.personne("approbation")
    Authenticator.objects.filter(user=personne).update(type=Authenticator.Type.WEBAUTHN)
    assert droits_de(personne).deux_facteurs


def test_une_cle_se_voit_et_se_retire(client, personne):
    cle = fabriques.cle_de_securite(personne)
    client.force_login(personne)
    page = client.get(reverse("mfa_list_webauthn"))
    assert_html_accessible(page)
    assert "Clé 1" in page.text
    confirmer(client)
    page = client.get(reverse("mfa_remove_webauthn", args=[cle.pk]))
    assert_html_accessible(page)
    client.post(reverse("mfa_remove_webauthn", args=[cle.pk]))
    assert not Authenticator.objects.exists()


def test_la_cle_d_une_autre_personne_est_introuvable(client, personne):
    cle = fabriques.cle_de_securite(creer("autre@alliances.example"))
    entrer(client)
    confirmer(client)
    assert client.post(reverse("mfa_remove_webauthn", args=[cle.pk])).status_code == 404


@pytest.mark.parametrize(("avec_cle", "offerte"), [(True, True), (False, False)])
def test_la_seconde_etape_offre_la_cle_a_qui_en_a_une(client, personne, avec_cle, offerte):
    if avec_cle:
        fabriques.cle_de_securite(personne)
    else:
        Authenticator.objects.create(user=personne, type="totp", data={"secret": fabriques.SECRET})
    assert entrer(client).url == reverse("mfa_authenticate")
    page = client.get(reverse("mfa_authenticate"))
    assert_html_accessible(page)
    assert ("Utiliser une clé de sécurité" in page.text) == offerte
    assert not est_entre(client)
