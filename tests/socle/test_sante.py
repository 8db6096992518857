"""Les sondes disent si le service répond, et rien de plus."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from socle.verifications import base_de_production


def test_vivant_repond_sans_la_base(client):
    reponse = client.get("/sante/vivant")
    assert (reponse.status_code, reponse.content.decode()) == (200, "vivant\n")
    assert reponse["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.django_db
def test_pret_repond_quand_la_base_et_le_cache_repondent(client):
    reponse = client.get("/sante/pret")
    assert (reponse.status_code, reponse.content.decode()) == (200, "prêt\n")
    assert "no-store" in reponse["Cache-Control"]


@pytest.mark.django_db
def test_pret_repond_503_quand_une_migration_manque(client, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, cibles: [("une", False)])
    reponse = client.get("/sante/pret")
    assert (reponse.status_code, reponse.content.decode()) == (503, "Le service se met à jour.\n")


@pytest.mark.django_db
def test_pret_ne_dit_pas_pourquoi_la_base_ne_repond_pas(client, monkeypatch, caplog):
    def echouer(*args, **kwargs):
        raise OperationalError("mot de passe refusé pour alliances sur 10.0.0.7")

    monkeypatch.setattr(connection, "cursor", echouer)
    reponse = client.get("/sante/pret")
    assert reponse.status_code == 503
    assert reponse.content.decode() == "Le service est momentanément indisponible.\n"
    assert "10.0.0.7" in caplog.text


@pytest.mark.django_db
def test_pret_repond_503_quand_le_cache_ne_repond_pas(client, monkeypatch):
    def echouer(*args, **kwargs):
        raise OSError("cache")

    monkeypatch.setattr(cache, "get", echouer)
    assert client.get("/sante/pret").status_code == 503


@pytest.mark.parametrize("adresse", ["/sante/vivant", "/sante/pret"])
def test_une_sonde_ne_se_poste_pas(client, adresse):
    assert client.post(adresse).status_code == 405


def test_vivant_repond_sans_la_base_meme_avec_un_temoin_de_seance(client):
    """Sans accès à la base dans cet essai : lire la séance le ferait échouer."""
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert client.get("/sante/vivant").status_code == 200


@pytest.mark.parametrize(("moteur", "fautes"), [("sqlite3", ["socle.E001"]), ("postgresql", [])])
def test_sqlite_est_refusee_en_production(monkeypatch, moteur, fautes):
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", f"django.db.backends.{moteur}")
    assert [faute.id for faute in base_de_production(None)] == fautes
