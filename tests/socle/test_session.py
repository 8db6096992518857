"""Une séance expire au milieu d'un paragraphe : rien de ce qui est tapé ne se perd, rien ne s'ouvre à autrui."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.middleware.csrf import CSRF_SESSION_KEY
from django.test import Client
from django.urls import include, path

from tests.outils.html_accessible import assert_html_accessible

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
TEXTE = "Première ligne\nDeuxième <b>ligne</b> « d’exemple »"


def section(request):
    return (
        HttpResponse("reçu : " + request.POST.get("texte", ""))
        if request.method == "POST"
        else HttpResponse("page")
    )


urlpatterns = [path("essai/section/", section), path("", include("config.urls"))]
ADRESSE = "/essai/section/?onglet=2"


@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


def connecter(client):
    utilisateurs = get_user_model().objects
    personne = utilisateurs.filter(courriel="a@b.example").first()
    client.force_login(
        personne or utilisateurs.create_user(courriel="a@b.example", prenom="A", nom="B", password="x")
    )


def champs_caches(page):
    import re
    from html import unescape

    return {
        nom: unescape(valeur)
        for nom, valeur in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page, re.S)
    }


def test_un_envoi_anonyme_garde_la_saisie_et_la_renvoie_a_la_meme_adresse(client):
    reponse = client.post(
        ADRESSE, {"texte": TEXTE, "choix": ["a", "b"], "password": "secret", "jeton_otp": "123456"}
    )
    page = reponse.content.decode()
    assert reponse.status_code == 401
    assert f'action="{ADRESSE}"' in page
    assert champs_caches(page)["texte"] == TEXTE
    assert page.count('name="choix"') == 2
    assert "secret" not in page
    assert "123456" not in page
    assert "<b>ligne" not in page
    assert 'href="/compte/' in page
    assert 'target="_blank"' in page
    assert "no-cache" in reponse.headers["Cache-Control"]
    assert_html_accessible(reponse)


def test_la_saisie_gardee_se_renvoie_apres_reconnexion(strict):
    connecter(strict)
    strict.get(ADRESSE)
    strict.logout()
    jeton = champs_caches(strict.get("/compte/connexion/").content.decode()).get("csrfmiddlewaretoken")
    gardee = strict.post(ADRESSE, {"texte": TEXTE, "csrfmiddlewaretoken": jeton})
    assert gardee.status_code == 401
    saisie = champs_caches(gardee.content.decode())
    connecter(strict)
    confirmation = strict.post(
        ADRESSE, saisie | {"csrfmiddlewaretoken": "x" * 64}, headers={"Origin": "http://testserver"}
    )
    assert confirmation.status_code == 403
    saisie = champs_caches(confirmation.content.decode())
    reponse = strict.post(ADRESSE, saisie, headers={"Origin": "http://testserver"})
    assert reponse.status_code == 200
    assert reponse.content.decode() == f"reçu : {TEXTE}"


def test_les_fichiers_sont_a_joindre_de_nouveau(client):
    piece = SimpleUploadedFile("résolution.pdf", b"%PDF-1.7")
    page = client.post(ADRESSE, {"texte": "a", "piece": piece}).content.decode()
    assert "Joindre de nouveau «\xa0résolution.pdf\xa0»" in page
    assert '<input type="file" name="piece"' in page
    assert 'enctype="multipart/form-data"' in page
    assert_html_accessible(page)


def test_un_long_texte_survit_et_un_envoi_demesure_est_refuse(client, settings):
    long = "é" * 200_000
    assert champs_caches(client.post(ADRESSE, {"texte": long}).content.decode())["texte"] == long
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert client.post(ADRESSE, {"texte": long}).status_code == 400


@pytest.mark.parametrize(
    "entetes, contenu",
    [
        ({"Accept": "application/json"}, None),
        ({"HX-Request": "true"}, None),
        ({}, "application/json"),
    ],
)
def test_un_module_recoit_du_json(client, entetes, contenu):
    reponse = client.post(
        ADRESSE, {"texte": "a"}, headers=entetes, **({"content_type": contenu} if contenu else {})
    )
    assert reponse.status_code == 401
    assert "séance a expiré" in reponse.json()["erreur"]
    assert reponse.json()["connexion"].startswith("/compte/")


def test_une_page_demandee_mene_a_la_connexion(client):
    reponse = client.get(ADRESSE)
    assert reponse.status_code == 302
    assert reponse.headers["Location"].startswith("/compte/")


def test_un_jeton_perime_de_chez_nous_se_confirme(strict):
    connecter(strict)
    strict.get("/compte/connexion/")
    reponse = strict.post(ADRESSE, {"texte": TEXTE}, headers={"Referer": "http://testserver/essai/section/"})
    assert reponse.status_code == 403
    assert champs_caches(reponse.content.decode())["texte"] == TEXTE
    assert_html_accessible(reponse)


@pytest.mark.parametrize(
    "entetes",
    [
        {},
        {"Origin": "https://ailleurs.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.ailleurs.example"},
        {"Origin": "http://testserver:8080"},
        {"Referer": "https://ailleurs.example/http://testserver/"},
        {"Origin": "https://ailleurs.example", "Referer": "http://testserver/"},
    ],
)
def test_un_envoi_d_un_autre_site_n_est_jamais_rejoue(strict, entetes):
    connecter(strict)
    reponse = strict.post(ADRESSE, {"texte": TEXTE}, headers=entetes)
    page = reponse.content.decode()
    assert reponse.status_code == 403
    assert "Première ligne" not in page
    assert "csrfmiddlewaretoken" not in page
    assert_html_accessible(reponse)


def test_un_module_au_jeton_perime_recoit_du_json(strict):
    reponse = strict.post(ADRESSE, {"texte": "a"}, headers={"Accept": "application/json"})
    assert reponse.status_code == 403
    assert "Rechargez" in reponse.json()["erreur"]


def test_les_temoins_bloques_sont_expliques(strict):
    reponse = strict.post(ADRESSE, {"texte": "a"}, headers={"Origin": "http://testserver"})
    assert "témoins" in reponse.content.decode()
    assert CSRF_SESSION_KEY not in strict.session
