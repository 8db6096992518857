"""Pages publiques, pages d'erreur, habillage : ce que toute personne voit."""

import logging
from datetime import datetime
from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path

from socle.acces import Refus, exiger
from socle.service.contexte import lire_identite
from socle.views.erreurs import conflit
from tests.outils.html_accessible import assert_html_accessible

PUBLIQUES = ["/aide/", "/nous-joindre/", "/accessibilite/", "/confidentialite/"]


def refuser(request):
    exiger(Refus("Seule la direction rend un avis."))


def refuser_sans_raison(request):
    raise PermissionDenied


def base_absente(request):
    raise OperationalError("connexion refusée")


def panne(request):
    raise RuntimeError("détail interne")


def mauvaise(request):
    raise SuspiciousOperation("détail interne")


def perimee(request):
    return conflit(request, "Ce plan est déjà déposé.", "/plans/12/")


urlpatterns = [
    path("essai/refus/", refuser),
    path("essai/refus-nu/", refuser_sans_raison),
    path("essai/base/", base_absente),
    path("essai/panne/", panne),
    path("essai/mauvaise/", mauvaise),
    path("essai/perimee/", perimee),
    path("", include("config.urls")),
]
handler400 = "socle.views.erreurs.mauvaise_requete"
handler403 = "socle.views.erreurs.acces_refuse"
handler404 = "socle.views.erreurs.page_introuvable"
handler500 = "socle.views.erreurs.erreur_du_serveur"
pytestmark = pytest.mark.urls(__name__)


class Personne:
    is_authenticated = True

    def __str__(self):
        return "Camille Roy"


def rendre(source, **contexte):
    requete = RequestFactory().get("/")
    requete.user = Personne()
    base = {"identite": lire_identite(), "request": requete, "csrf_token": "jeton"}
    return Template(source).render(Context(base | contexte))


@pytest.mark.django_db
@pytest.mark.parametrize("adresse", PUBLIQUES)
def test_une_page_publique_se_lit_sans_connexion_ni_requete(client, adresse, django_assert_num_queries):
    with django_assert_num_queries(0):
        reponse = client.get(adresse)
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    for lien in PUBLIQUES:
        assert f'href="{lien}"' in reponse.content.decode()


@pytest.mark.parametrize("adresse", PUBLIQUES)
def test_une_page_publique_ne_fait_que_se_lire(client, adresse):
    assert client.post(adresse).status_code == 405


@pytest.mark.django_db
def test_la_politique_de_confidentialite_est_versionnee_et_complete(client):
    page = client.get("/confidentialite/").content.decode()
    assert "Version 2, en vigueur depuis le" in page
    for sujet in (
        "Pourquoi",
        "Qui y a accès",
        "Témoins",
        "Conservation",
        "Vos droits",
        "incident",
        "Obligatoire",
    ):
        assert sujet in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "adresse, attendu",
    [
        ("", "n’a pas encore inscrit"),
        ("aide@x.example", 'href="mailto:aide@x.example"'),
        ("/contact/", 'href="/contact/"'),
    ],
)
def test_nous_joindre_suit_le_reglage(client, settings, adresse, attendu):
    settings.IDENTITE_NOUS_JOINDRE = adresse
    assert attendu in client.get("/nous-joindre/").content.decode()


@pytest.mark.django_db
def test_l_identite_est_un_reglage_neutre_par_defaut(client, settings):
    page = client.get("/aide/").content.decode()
    assert "Prototype – ne provient pas du gouvernement du Québec" in page
    assert "<img" not in page
    settings.IDENTITE_NOM, settings.IDENTITE_PROTOTYPE = "Mon service", False
    settings.IDENTITE_LOGO, settings.IDENTITE_LOGO_TEXTE = "logo.svg", "Ministère"
    page = client.get("/aide/").content.decode()
    assert "<title>Aide – Mon service</title>" in page
    assert "Prototype" not in page
    assert '<img src="/static/logo.svg" alt="Ministère">' in page


@pytest.fixture
def client_d_essai(client, db):
    client.raise_request_exception = False
    utilisateurs = get_user_model().objects
    client.force_login(utilisateurs.create_user(courriel="a@b.example", prenom="A", nom="B", password="x"))
    return client


@pytest.mark.parametrize(
    "adresse, status, attendu",
    [
        ("/essai/refus/", 403, "Seule la direction rend un avis."),
        ("/essai/refus-nu/", 403, "Votre rôle ne donne pas accès"),
        ("/nulle-part/", 404, "introuvable"),
        ("/essai/perimee/", 409, "Ce plan est déjà déposé."),
        ("/essai/panne/", 500, "a rencontré une erreur"),
        ("/essai/base/", 503, "momentanément indisponible"),
        ("/essai/mauvaise/", 400, "pas compris cette demande"),
    ],
)
def test_chaque_page_d_erreur_est_en_francais_et_ne_dit_rien_de_l_interieur(
    client_d_essai, caplog, adresse, status, attendu
):
    caplog.set_level(logging.CRITICAL)
    reponse = client_d_essai.get(adresse)
    page = reponse.content.decode()
    assert reponse.status_code == status
    assert attendu in page
    assert "détail interne" not in page
    assert "connexion refusée" not in page
    assert_html_accessible(reponse)
    assert ("Retry-After" in reponse.headers) is (status == 503)


@pytest.mark.parametrize("gabarit", ["400.html", "500.html", "503.html"])
def test_les_pages_de_panne_ne_demandent_rien_a_la_base(gabarit):
    assert_html_accessible(render_to_string(gabarit, {"identite": lire_identite()}))


PAGE = """{% extends "layout/base.html" %}{% block titre %}Plan{% endblock %}{% block h1 %}Plan{% endblock %}
{% block etapes %}<li><a href="/plans/">Plans</a></li>{% endblock %}{% block ici %}Bas-Saint-Laurent{% endblock %}
{% block contenu %}<p>Bonjour</p>{% endblock %}"""


def test_la_page_tolere_l_absence_de_navigation_et_de_mandat():
    page = rendre(PAGE)
    assert_html_accessible(page)
    assert 'class="navigation"' not in page
    assert "changer" not in page
    assert "Camille Roy" in page


def test_la_page_montre_navigation_mandat_et_notifications():
    page = rendre(
        PAGE,
        navigation=[
            {"libelle": "Accueil", "url": "/", "actif": False},
            {"libelle": "Plan", "url": "/plan/", "actif": True},
        ],
        contexte_mandat={"libelle": "Alliance <b>", "role": "Coordination", "url_changer": "/mandats/"},
        notifications_non_lues=2,
        url_notifications="/notifications/",
    )
    assert_html_accessible(page)
    assert '<a href="/plan/" aria-current="page">Plan</a>' in page
    assert "Alliance &lt;b&gt;" in page
    assert "non lues" in page
    assert (
        page.index('href="#contenu"')
        < page.index("<header")
        < page.index('aria-label="Principale"')
        < page.index("<main")
    )


def test_se_deconnecter_est_un_envoi():
    assert '<form method="post" action="/compte/' in rendre(PAGE)
    assert "csrfmiddlewaretoken" in rendre(PAGE)


def test_la_page_d_un_geste_dit_ce_qui_va_se_passer():
    page = rendre(
        """{% extends "layout/geste.html" %}
        {% block consequences %}<p>Le plan sera transmis.</p>{% endblock %}""",
        titre="Déposer le plan?",
        ici="Dépôt",
        annulation="Annuler",
        form=None,
        libelle_action="Déposer le plan",
        genre_action="danger",
        url_annuler="/plans/12/",
    )
    assert_html_accessible(page)
    assert '<button class="bouton danger">Déposer le plan</button>' in page
    assert 'href="/plans/12/">Annuler' in page


LE = datetime(2026, 5, 14, 14, 30)
COMPOSANTS = {
    '{% include "composants/_taches.html" with taches=x legende="Sections" only %}': [
        {
            "libelle": "1a",
            "url": "/1a/",
            "etat": "À corriger",
            "genre": "probleme",
            "detail": "1 demande",
            "demandes": [{"motif": "Incomplet", "texte": "<script>"}],
        },
        {"libelle": "Déposer", "url": "", "etat": "", "genre": "", "detail": "", "demandes": []},
    ],
    '{% tableau "Délais" colonnes x %}': [["À la <script>", 15], ["Au Ministère", 4]],
    "{% constats x %}": [
        {"niveau": "erreur", "message": "<script>", "lien": "/a/", "source": "Guide"},
        {"niveau": "avertissement", "message": "b", "lien": "", "source": ""},
        {"niveau": "conseil", "message": "c", "lien": "", "source": ""},
        {"niveau": "fait", "message": "d", "lien": "", "source": ""},
    ],
    '{% include "composants/_journal.html" with lignes=x only %}': [
        {
            "le": LE,
            "qui": "Denis",
            "role": "signature",
            "geste": "<script>",
            "motif": "m",
            "etat": "Avis reçu → En vigueur",
            "avant": "a",
            "apres": "b",
        }
    ],
    '{% include "composants/_chiffres.html" with chiffres=x only %}': [
        {"libelle": "<script>", "valeur": "5 $", "precision": "p", "url": "/u/"},
        {"libelle": "b", "valeur": "6"},
    ],
    '{% include "composants/_pieces.html" with pieces=x only %}': [
        {"nom": "<script>.pdf", "url": "/p/1/", "taille": 1500, "par": "Denis", "le": LE, "empreinte": "ab"}
    ],
    '{% include "composants/_observations.html" with observations=x only %}': [
        {"auteur": "A", "organisation": "B", "le": LE, "texte": "<script>", "visibilite": "interne"}
    ],
    '{% vide x url="/n/" action="Ajouter" %}Commencez.{% endvide %}': "<script>",
    '{% empechements x titre="Non" %}': ["<script>"],
    '{% avis "attention" titre=x %}<p>a</p>{% endavis %}': "<script>",
    '{% carte titre=x appui=True id="c" %}<p>a</p>{% endcarte %}': "<script>",
    "{% replie x %}<p>a</p>{% endreplie %}": "<script>",
    '{% groupe x aide="b" %}<p>a</p>{% endgroupe %}': "<script>",
    "{% jauge x 9 13 %}": "<script>",
    "{% defilant x %}<p>a</p>{% enddefilant %}": "<script>",
}


@pytest.mark.parametrize("source", COMPOSANTS)
def test_chaque_composant_est_accessible_et_echappe_ce_qu_on_y_met(source):
    colonnes = [{"libelle": "Côté"}, {"libelle": "Jours", "nombre": True}]
    html = Template(source).render(Context({"x": COMPOSANTS[source], "colonnes": colonnes}))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert_html_accessible(html, fragment=True)


def test_un_tableau_sans_ligne_dit_sa_phrase():
    html = Template('{% tableau "T" colonnes x "Aucun versement." %}').render(
        Context({"x": [], "colonnes": []})
    )
    assert "Aucun versement." in html
    assert "<table" not in html


def test_un_contenu_de_composant_reste_echappe():
    html = Template("{% avis %}{{ x }}{% endavis %}").render(Context({"x": "<script>"}))
    assert "&lt;script&gt;" in html


ICONES = [
    *("erreur", "avertissement", "conseil", "fait", "plus", "haut", "bas", "tri", "lien", "telecharger"),
    *("personne", "cloche", "fichier", "fermer", "corbeille", "crayon", "copie", "imprimer"),
]


@pytest.mark.parametrize("nom", ICONES)
def test_chaque_icone_est_dessinee_et_muette(nom):
    html = Template("{% icone nom %}").render(Context({"nom": nom}))
    assert 'aria-hidden="true"' in html
    assert "<path" in html or "<circle" in html


def test_la_maison_branche_ses_pages_d_erreur():
    urls = import_module("config.urls")
    for nom in ("handler400", "handler403", "handler404", "handler500"):
        assert getattr(urls, nom) == globals()[nom]
