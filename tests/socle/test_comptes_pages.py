"""Chaque adresse du compte, sans connexion puis avec : le bon code, en français, lisible par toutes et tous."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from socle.models import Utilisateur
from socle.urls import comptes as adresses_de_compte
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db
CONNEXION = "account_login"
ANGLAIS = re.compile(
    r"\b(sign|log|login|logout|password|email|e-mail|account|your|the|please|code has|activate|submit|click)\b",
    re.IGNORECASE,
)
# nom → réponse sans connexion, réponse avec : un code, ou la page où l'on est mené.
MATRICE = {
    "account_login": (200, "/"),
    "account_logout": (CONNEXION, 200),
    "account_signup": (200, "/"),
    "account_inactive": (200, 200),
    "account_reauthenticate": (CONNEXION, 200),
    "account_email": (CONNEXION, 200),
    "account_email_verification_sent": (200, 200),
    "account_confirm_email": (200, 200),
    "account_change_password": (CONNEXION, 200),
    "account_set_password": (CONNEXION, "account_change_password"),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "mfa_index": (CONNEXION, 200),
    "mfa_authenticate": (CONNEXION, "/"),
    "mfa_reauthenticate": (CONNEXION, "account_reauthenticate"),
    "mfa_activate_totp": (CONNEXION, "account_reauthenticate"),
    "mfa_deactivate_totp": (CONNEXION, 404),
    "mfa_view_recovery_codes": (CONNEXION, 404),
    "mfa_generate_recovery_codes": (CONNEXION, "account_reauthenticate"),
    "mfa_download_recovery_codes": (CONNEXION, 404),
    "mfa_list_webauthn": (CONNEXION, 200),
    "mfa_add_webauthn": (CONNEXION, "account_reauthenticate"),
    "mfa_remove_webauthn": (CONNEXION, "account_reauthenticate"),
    "mfa_reauthenticate_webauthn": (CONNEXION, "account_reauthenticate"),
    "usersessions_list": (CONNEXION, 200),
    "openid_connect_login": (404, 404),
    "openid_connect_callback": (404, 404),
    "socialaccount_login_cancelled": (200, 200),
    "socle:profil": (CONNEXION, 200),
    "pilotage:renseignements": (CONNEXION, 200),
}
ARGUMENTS = {
    "mfa_remove_webauthn": {"pk": 1},
    "account_confirm_email": {"key": "abc:def"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "abc-def"},
    "openid_connect_login": {"provider_id": "ministere"},
    "openid_connect_callback": {"provider_id": "ministere"},
}


@pytest.fixture(autouse=True)
def limites_neuves():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def connecte():
    personne = Utilisateur.objects.create_user("a@b.example", "quatre mots", prenom="Alex", nom="Roy")
    EmailAddress.objects.create(user=personne, email=personne.courriel, verified=True, primary=True)
    client = Client()
    client.force_login(personne)
    return client


def adresse_de(nom):
    return reverse(nom, kwargs=ARGUMENTS.get(nom))


def verifier(reponse, attendu):
    if isinstance(attendu, str):
        but = attendu if attendu.startswith("/") else reverse(attendu)
        assert (reponse.status_code, reponse.url.partition("?")[0]) == (302, but)
        return
    assert reponse.status_code == attendu
    if reponse.headers["Content-Type"].startswith("text/html"):
        assert_html_accessible(reponse)
        page = reponse.content.decode()
        assert '<link rel="stylesheet" href="/static/css/base' in page
        texte = re.sub(r"<[^>]*>", " ", page)
        assert not ANGLAIS.search(texte), ANGLAIS.search(texte)


@pytest.mark.parametrize("nom", MATRICE)
def test_sans_connexion(client, nom):
    verifier(client.get(adresse_de(nom)), MATRICE[nom][0])


@pytest.mark.parametrize("nom", MATRICE)
def test_avec_connexion(connecte, nom):
    verifier(connecte.get(adresse_de(nom)), MATRICE[nom][1])


def test_aucune_adresse_du_compte_n_echappe_a_ce_tableau():
    servies = {patron.name for patron in adresses_de_compte.urlpatterns}
    assert servies == {nom for nom in MATRICE if ":" not in nom}


@pytest.mark.parametrize(
    "nom",
    [
        "account_request_login_code",
        "account_confirm_login_code",
        "account_change_phone",
        "account_verify_phone",
        "account_signup_by_passkey",
        "mfa_login_webauthn",
        "mfa_signup_webauthn",
        "mfa_trust",
        "socialaccount_signup",
        "socialaccount_connections",
    ],
)
def test_ce_qui_ne_sert_pas_n_a_pas_d_adresse(nom):
    with pytest.raises(NoReverseMatch):
        reverse(nom)


@pytest.mark.parametrize("methode", ["get", "post"])
def test_l_inscription_dit_a_qui_demander_et_ne_cree_rien(client, methode):
    saisie = {"email": "z@b.example", "password1": "quatre mots longs", "password2": "quatre mots longs"}
    reponse = getattr(client, methode)(reverse("account_signup"), saisie)
    assert "Un compte s’obtient par invitation" in reponse.content.decode()
    assert not Utilisateur.objects.exists()


def test_compte_tout_court_mene_quelque_part(client, connecte):
    assert client.get("/compte/").url == reverse("account_login")
    assert connecte.get("/compte/").url == reverse("account_email")


def test_le_mot_de_passe_se_choisit_quand_on_n_en_a_pas(connecte):
    personne = Utilisateur.objects.get()
    personne.set_unusable_password()
    personne.save()
    connecte.force_login(personne)
    assert connecte.get(reverse("account_change_password")).url == reverse("account_set_password")
    assert_html_accessible(connecte.get(reverse("account_set_password")))
    connecte.post(
        reverse("account_set_password"), {"password1": "cinq mots longs", "password2": "cinq mots longs"}
    )
    personne.refresh_from_db()
    assert personne.check_password("cinq mots longs")


@pytest.mark.parametrize("nom", ["socle:profil", "pilotage:renseignements", "account_email", "mfa_index"])
def test_une_page_de_compte_ne_reste_pas_dans_un_cache_partage(connecte, nom):
    assert "private" in connecte.get(reverse(nom)).headers["Cache-Control"]
