"""« Télécharger mes renseignements » : ce qui concerne la personne, tout, et rien de personne d'autre."""

import json
from datetime import date

import pytest
from django.urls import reverse

from socle.annonces.notifications import Annonce, annoncer
from tests.fabriques import SECRET, mandater
from tests.socle.comptes import code_de, entrer

pytestmark = pytest.mark.django_db


def telecharger(client):
    return client.get(reverse("pilotage:renseignements"))


def test_le_fichier_est_structure_et_complet(client, agente, etrangere, cadre):
    mandater(agente, "signature", alliance=cadre.bsl, debut=date(2024, 1, 1), fin=date(2025, 1, 1))
    for personne in (agente, etrangere):
        annoncer(Annonce("essai", "plans", f"Pour {personne.prenom}", "Texte.", "/"), [personne])
    entrer(client, agente.courriel, "essai-alliances")
    client.post(reverse("mfa_authenticate"), {"code": code_de(SECRET)})
    reponse = telecharger(client)
    donnees = json.loads(reponse.content)
    assert reponse.headers["Content-Type"] == "application/json"
    assert reponse.headers["Content-Disposition"].startswith('attachment; filename="mes-renseignements-')
    assert list(donnees) == [
        "service",
        "produit_le",
        "profil",
        "adresses_courriel",
        "mandats",
        "notifications",
        "preferences",
        "seances",
    ]
    assert donnees["profil"]["courriel"] == agente.courriel
    assert donnees["adresses_courriel"] == [
        {"adresse": agente.courriel, "verifiee": True, "principale": True}
    ]
    assert [(m["role"], m["debut"], m["fin"]) for m in donnees["mandats"]] == [
        ("Coordination", "2024-01-01", None),
        ("Signature", "2024-01-01", "2025-01-01"),
    ]
    assert [n["titre"] for n in donnees["notifications"]] == ["Pour Camille"]
    assert [s["adresse_ip"] for s in donnees["seances"]] == ["127.0.0.1"]
    assert etrangere.courriel not in reponse.content.decode()


def test_le_fichier_ne_porte_ni_mot_de_passe_ni_cle(client_de, lectrice):
    texte = telecharger(client_de(lectrice)).content.decode()
    assert '"validation_en_deux_etapes": true' in texte
    assert SECRET not in texte
    assert lectrice.password not in texte


def test_le_fichier_ne_se_garde_pas_en_cache_et_ne_s_envoie_pas(client_de, agente):
    client = client_de(agente)
    assert "no-store" in telecharger(client).headers["Cache-Control"]
    assert client.post(reverse("pilotage:renseignements")).status_code == 405


def test_le_menu_et_le_profil_y_menent(client_de, agente):
    page = client_de(agente).get(reverse("socle:profil")).content.decode()
    assert page.count(f'href="{reverse("socle:profil")}"') == 1
    assert f'href="{reverse("pilotage:renseignements")}"' in page
