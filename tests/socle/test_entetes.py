"""En-têtes de sécurité et séance glissante."""

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from socle.service.entetes import SeanceGlissanteMiddleware


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

    def passer(seance):
        requete = RequestFactory().get("/")
        requete.session = seance
        seance.modified = False
        SeanceGlissanteMiddleware(lambda request: HttpResponse())(requete)
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
