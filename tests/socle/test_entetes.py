"""En-têtes de sécurité et séance glissante."""

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve, reverse

from socle.service.entetes import SeanceGlissanteMiddleware, sans_activite
from tests.outils.html_accessible import assert_html_accessible


def test_chaque_reponse_porte_les_en_tetes_de_securite(client):
    entetes = client.get("/sante/vivant").headers
    assert "camera=()" in entetes["Permissions-Policy"]
    assert entetes["X-Frame-Options"] == "DENY"
    assert entetes["X-Content-Type-Options"] == "nosniff"
    assert entetes["Referrer-Policy"] == "same-origin"
    assert entetes["Cross-Origin-Opener-Policy"] == "same-origin"
    assert entetes["Cross-Origin-Resource-Policy"] == "same-origin"


def test_la_politique_du_contenu_n_admet_rien_en_ligne_ni_d_ailleurs(client):
    politique = client.get("/sante/vivant").headers["Content-Security-Policy"]
    directives = dict(bloc.strip().split(" ", 1) for bloc in politique.split(";") if " " in bloc.strip())
    assert directives["default-src"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"
    for directive in ("script-src", "style-src", "connect-src", "form-action", "font-src"):
        assert directives[directive] == "'self'"
    assert "unsafe" not in politique
    assert "http" not in politique


@pytest.fixture
def passer():
    """Fait passer une requête dans l’intergiciel et renvoie sa séance."""

    def passer(seance, vue=lambda request: HttpResponse()):
        requete = RequestFactory().get("/")
        requete.session = seance
        seance.modified = False
        intergiciel = SeanceGlissanteMiddleware(vue)
        intergiciel(requete)
        intergiciel.process_view(requete, vue, (), {})
        return seance

    return passer


def test_la_seance_d_une_personne_se_prolonge_au_plus_aux_cinq_minutes(passer):
    seance = SessionStore()
    seance["_auth_user_id"] = "1"
    with time_machine.travel("2026-04-01 09:00", tick=False) as horloge:
        assert passer(seance).modified
        horloge.shift(4 * 60)
        assert not passer(seance).modified
        horloge.shift(60)
        assert passer(seance).modified


def test_une_visite_sans_connexion_n_ecrit_aucune_seance(passer):
    assert not passer(SessionStore()).modified


def test_une_seance_dure_une_heure(settings):
    assert settings.SESSION_COOKIE_AGE == 3600


def test_une_page_qui_s_appelle_d_elle_meme_ne_prolonge_pas_la_seance(passer):
    seance, presence = SessionStore(), sans_activite(lambda request: HttpResponse())
    seance["_auth_user_id"] = "1"
    assert not passer(seance, presence).modified


@pytest.mark.django_db
def test_une_seance_se_ferme_douze_heures_apres_la_connexion_meme_si_l_on_travaille(agente, client_de):
    with time_machine.travel("2026-04-01 08:00", tick=False) as horloge:
        client = client_de(agente)
        for _ in range(24):
            assert client.get("/compte/profil/").status_code == 200
            horloge.shift(30 * 60)
        assert client.get("/compte/profil/").status_code == 302


@pytest.mark.django_db
def test_le_battement_de_presence_n_est_pas_une_activite():
    assert resolve(reverse("plans:presence", args=[1, "section-1d"])).func.sans_activite


@pytest.mark.django_db
def test_une_page_privee_ne_se_garde_pas_apres_la_deconnexion(agente, client, client_de):
    assert client_de(agente).get("/compte/profil/").headers["Cache-Control"] == "private, no-store"
    assert "no-store" not in client.get("/aide/").headers["Cache-Control"]


@pytest.mark.django_db
def test_lire_l_adresse_d_un_bouton_dit_quoi_faire(agente, client_de):
    reponse = client_de(agente).get(reverse("pilotage:notifications_lues"))
    assert reponse.status_code == 405
    assert "attend un bouton" in reponse.content.decode()
    assert reponse["Allow"] == "POST"
    assert_html_accessible(reponse)
