"""Le fournisseur d'identité (OpenID Connect), sans réseau : il ouvre les comptes invités et n'en crée aucun."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from requests import ConnectionError as FournisseurMuet

from socle.models import Utilisateur
from socle.service.adaptateurs import AdaptateurDIdentite
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db
SERVEUR = "https://identite.example"
COURRIEL = "alex.roy@ministere.example"
CONFIGURATION = {
    "authorization_endpoint": f"{SERVEUR}/autorisation",
    "token_endpoint": f"{SERVEUR}/jeton",
    "userinfo_endpoint": f"{SERVEUR}/personne",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}


class Reponse:
    status_code = 200
    headers = {"content-type": "application/json"}

    def __init__(self, donnees):
        self.donnees = donnees
        self.text = str(donnees)

    def json(self):
        return self.donnees

    def raise_for_status(self):
        return None


class Fournisseur:
    """Répond comme un serveur OpenID Connect; `personne` est ce qu'il dit de qui se connecte."""

    def __init__(self):
        self.personne = {"sub": "42", "email": COURRIEL, "email_verified": True}
        self.muet = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def request(self, methode, adresse, **_):
        if self.muet:
            raise FournisseurMuet("le serveur d'identité ne répond pas")
        if adresse == CONFIGURATION["token_endpoint"]:
            return Reponse({"access_token": "jeton", "token_type": "Bearer"})
        return Reponse(self.personne if adresse == CONFIGURATION["userinfo_endpoint"] else CONFIGURATION)

    def get(self, adresse, **_):
        return self.request("GET", adresse)


@pytest.fixture
def fournisseur(settings, monkeypatch):
    cache.clear()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "ministere",
                    "name": "compte du Ministère",
                    "client_id": "alliances",
                    "secret": "x",
                    "settings": {"server_url": SERVEUR},
                }
            ],
        }
    }
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
    serveur = Fournisseur()
    monkeypatch.setattr(AdaptateurDIdentite, "get_requests_session", lambda _: serveur)
    return serveur


@pytest.fixture
def invitee():
    utilisateur = Utilisateur.objects.create_user(COURRIEL, None, prenom="Alex", nom="Roy")
    EmailAddress.objects.create(user=utilisateur, email=COURRIEL, verified=False, primary=True)
    return utilisateur


def passer_par_le_fournisseur(client, retour=None, **depart):
    """Le bouton, la page du fournisseur, le retour; rend la dernière page."""
    aller = client.post(reverse("openid_connect_login", args=["ministere"]), query_params=depart)
    assert aller.url.startswith(CONFIGURATION["authorization_endpoint"])
    demande = parse_qs(urlsplit(aller.url).query)
    assert demande["code_challenge_method"] == ["S256"]
    retour = retour or {"code": "abc"}
    adresse = reverse("openid_connect_callback", args=["ministere"])
    return client.get(adresse, retour | {"state": demande["state"][0]})


def est_entre(client):
    return "_auth_user_id" in client.session


def test_le_bouton_n_est_la_que_si_un_fournisseur_est_decrit(client):
    assert "compte du Ministère" not in client.get(reverse("account_login")).content.decode()


def test_le_bouton_se_sert_sans_javascript(client, fournisseur):
    page = client.get(reverse("account_login"))
    assert "Se connecter avec le compte du Ministère" in page.content.decode()
    assert_html_accessible(page)
    confirmation = client.get(reverse("openid_connect_login", args=["ministere"]))
    assert "Se connecter avec le compte du Ministère" in confirmation.content.decode()
    assert_html_accessible(confirmation)


def test_une_personne_invitee_entre_et_son_adresse_est_verifiee(client, fournisseur, invitee):
    assert passer_par_le_fournisseur(client).url == "/"
    assert est_entre(client)
    assert EmailAddress.objects.get(user=invitee).verified
    assert SocialAccount.objects.get().user == invitee
    assert mail.outbox[-1].subject == "Compte d’organisme rattaché"
    assert "Alex" not in mail.outbox[-1].body


def test_une_personne_deja_rattachee_revient(client, fournisseur, invitee):
    passer_par_le_fournisseur(client)
    client.post(reverse("account_logout"))
    passer_par_le_fournisseur(client)
    assert est_entre(client)
    assert SocialAccount.objects.count() == 1


def test_une_adresse_qui_n_est_pas_invitee_ne_cree_aucun_compte(client, fournisseur):
    page = passer_par_le_fournisseur(client)
    assert "Un compte s’obtient par invitation" in page.content.decode()
    assert_html_accessible(page)
    assert not Utilisateur.objects.exists()
    assert not est_entre(client)


def test_une_adresse_que_le_fournisseur_ne_garantit_pas_n_ouvre_rien(client, fournisseur, invitee):
    fournisseur.personne["email_verified"] = False
    assert "Un compte s’obtient par invitation" in passer_par_le_fournisseur(client).content.decode()
    assert not est_entre(client)
    assert not EmailAddress.objects.get(user=invitee).verified


def test_une_adresse_en_attente_sur_le_compte_d_autrui_n_ouvre_pas_ce_compte(client, fournisseur):
    autre = Utilisateur.objects.create_user("autre@b.example", "quatre mots", prenom="Lou", nom="Gagné")
    EmailAddress.objects.create(user=autre, email=COURRIEL, verified=False)
    passer_par_le_fournisseur(client)
    assert not est_entre(client)
    assert not SocialAccount.objects.exists()


def test_un_compte_desactive_n_entre_pas_par_la_non_plus(client, fournisseur, invitee):
    Utilisateur.objects.update(is_active=False)
    assert passer_par_le_fournisseur(client).url == reverse("account_inactive")
    assert not est_entre(client)


def test_la_deuxieme_etape_reste_demandee(client, fournisseur, invitee):
    Authenticator.objects.create(user=invitee, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    assert passer_par_le_fournisseur(client).url == reverse("mfa_authenticate")
    assert not est_entre(client)


def test_on_ne_rattache_pas_une_autre_identite_a_son_compte(client, fournisseur, invitee):
    client.force_login(invitee)
    fournisseur.personne["email"] = "quelqu.un@ailleurs.example"
    assert passer_par_le_fournisseur(client, process="connect").url == reverse("account_email")
    assert not SocialAccount.objects.exists()


def test_annuler_chez_le_fournisseur_ramene_a_une_page_claire(client, fournisseur):
    reponse = passer_par_le_fournisseur(client, retour={"error": "access_denied"})
    assert reponse.url == reverse("socialaccount_login_cancelled")
    assert_html_accessible(client.get(reponse.url))


@pytest.mark.parametrize("retour", [{"error": "server_error"}, {"rien": ""}])
def test_un_retour_incomprehensible_mene_a_une_page_claire(client, fournisseur, retour):
    reponse = passer_par_le_fournisseur(client, retour=retour)
    assert reponse.status_code == 401
    assert_html_accessible(reponse)


def test_un_retour_que_l_on_n_a_pas_demande_est_refuse(client, fournisseur, invitee):
    adresse = reverse("openid_connect_callback", args=["ministere"])
    assert client.get(adresse, {"code": "abc", "state": "invente"}).status_code == 401
    assert not est_entre(client)


def test_un_fournisseur_muet_ne_fait_pas_tomber_la_page(client, fournisseur):
    fournisseur.muet = True
    reponse = client.post(reverse("openid_connect_login", args=["ministere"]))
    assert reponse.status_code == 401
    assert "La connexion n’a pas abouti" in reponse.content.decode()
    assert_html_accessible(reponse)
