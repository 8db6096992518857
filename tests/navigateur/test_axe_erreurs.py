"""axe et la mise en page étroite quand rien ne va : pages d’erreur, séance expirée, porte du compte, administration."""

import logging

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from alliances.models import Mandat, Organisme, Role
from alliances.plans.models import JournalPlan, VersionPlan
from socle.models import Utilisateur
from tests import fabriques
from tests.navigateur.vitrine import ABSURDE
from tests.test_parcours import MOT_DE_PASSE, code_de_validation

# Les vues en panne et leurs adresses sont celles des essais des pages d’erreur.
pytestmark = [pytest.mark.navigateur, pytest.mark.django_db, pytest.mark.urls("tests.socle.test_pages")]
ICI = {"origin": "http://testserver"}
SAISIE = {"texte": ABSURDE, "choix": ["a", "b"], "fichier": fabriques.fichier_pdf()}


@pytest.fixture(autouse=True)
def milieu(caplog):
    """Les pannes voulues ne se consignent pas; les limites de tentatives repartent de zéro."""
    caplog.set_level(logging.CRITICAL)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def verifier(vitrine):
    """`verifier(reponse, code)` : cette réponse a ce code, et rien à redire."""

    def regarder(reponse, code=200):
        assert reponse.status_code == code
        fautes = vitrine.fautes(reponse.request["PATH_INFO"], reponse)
        assert not fautes, "\n".join(fautes)
        return reponse

    return regarder


@pytest.fixture
def coordination(agente):
    client = Client(raise_request_exception=False)
    client.force_login(agente)
    return client


def entrer(client, courriel, mot_de_passe=MOT_DE_PASSE):
    saisie = {"login": courriel, "password": mot_de_passe}
    return client.post(reverse("account_login"), saisie, follow=True)


@pytest.mark.parametrize(
    "adresse, code",
    [
        ("/essai/mauvaise/", 400),
        ("/essai/refus/", 403),
        ("/essai/refus-nu/", 403),
        ("/nulle-part/", 404),
        ("/essai/perimee/", 409),
        ("/essai/panne/", 500),
        ("/essai/base/", 503),
    ],
)
def test_une_page_d_erreur(coordination, verifier, adresse, code):
    verifier(coordination.get(adresse), code)


def test_une_seance_expiree(cadre, verifier):
    verifier(Client().post(reverse("socle:profil"), SAISIE), 401)


@pytest.mark.parametrize("entetes", [{}, ICI], ids=["venu d’ailleurs", "venu d’ici"])
@pytest.mark.parametrize("temoin", [True, False], ids=["témoin reçu", "témoin refusé"])
def test_un_jeton_refuse(agente, verifier, entetes, temoin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(agente)
    if temoin:
        client.get(reverse("socle:profil"))
    verifier(client.post(reverse("socle:profil"), SAISIE, headers=entetes), 403)


def test_la_porte_se_ferme_peu_a_peu(agente, verifier):
    client = Client()
    verifier(entrer(client, agente.courriel, "pas le bon"))
    for _ in range(5):
        reponse = entrer(client, agente.courriel, "pas le bon")
    verifier(reponse)
    for rang in range(30):
        reponse = entrer(client, f"inconnue{rang}@alliances.example")
    verifier(reponse, 429)


def test_la_deuxieme_etape_et_son_code_faux(approbation, verifier):
    client = Client()
    verifier(entrer(client, approbation.courriel))
    verifier(client.post(reverse("mfa_authenticate"), {"code": "000000"}))
    verifier(client.post(reverse("mfa_authenticate"), {"code": code_de_validation()}, follow=True))


def test_un_compte_non_verifie_ou_desactive(ressource, verifier):
    ressource.emailaddress_set.update(verified=False)
    verifier(entrer(Client(), ressource.courriel))
    ressource.emailaddress_set.update(verified=True)
    Utilisateur.objects.filter(pk=ressource.pk).update(is_active=False)
    verifier(entrer(Client(), ressource.courriel))


def test_des_cles_de_courriel_qui_ne_valent_plus(db, verifier):
    verifier(Client().get(reverse("account_confirm_email", args=["perimee"])))
    verifier(Client().get(reverse("account_reset_password_from_key", args=["1", "perimee"]), follow=True))


def test_une_adresse_en_attente_et_plusieurs_seances(ressource, verifier):
    clients = [Client(), Client()]
    for client in clients:
        entrer(client, ressource.courriel)
    clients[0].post(reverse("account_reauthenticate"), {"password": MOT_DE_PASSE})
    ajout = {"action_add": "", "email": "nouvelle@alliances.example"}
    verifier(clients[0].post(reverse("account_email"), ajout, follow=True))
    verifier(clients[0].get(reverse("usersessions_list")))


def test_un_geste_reussi_et_les_menus_ouverts(coordination, vitrine, verifier):
    saisie = {"prenom": "Camille", "nom": "Ross", "telephone": ""}
    verifier(coordination.post(reverse("socle:profil"), saisie, follow=True))
    assert vitrine.infractions() == []  # `verifier` laisse tout déplié, à 320 pixels


def page_d_administration(modele, vue, *args):
    return reverse(f"admin:{modele._meta.app_label}_{modele._meta.model_name}_{vue}", args=args)


@pytest.mark.parametrize("modele", [Mandat, Organisme, VersionPlan, JournalPlan])
def test_l_administration(cadre, vitrine, modele):
    fabriques.version_deposee(cadre.bsl)
    client, objet = Client(), modele.objects.first()
    client.force_login(fabriques.personne(Role.ADMINISTRATION))
    fiche = page_d_administration(modele, "change", objet.pk)
    fautes = []
    for reponse in (
        client.get(reverse("admin:index")),
        client.get(page_d_administration(modele, "changelist")),
        client.get(page_d_administration(modele, "changelist"), {"q": "introuvable"}),
        client.get(page_d_administration(modele, "history", objet.pk)),
        client.get(fiche),
        client.post(fiche, {}),
    ):
        fautes += vitrine.visiter(modele.__name__, reponse.request["PATH_INFO"], reponse)
    assert not fautes, "\n".join(fautes)


def test_la_liste_des_mandats_tient_sans_defiler_a_1024_pixels(cadre, vitrine):
    alliance = cadre.bsl
    alliance.nom = "Alliance – Communautés autochtones hors du Nunavik et d’Eeyou Istchee"
    alliance.save()
    for role in ("coordination", "signature"):
        fabriques.personne(role, alliance, "Marie-Antoinette", "Grisaubert-Dantremont")
    client = Client()
    client.force_login(fabriques.personne(Role.ADMINISTRATION))
    adresse = page_d_administration(Mandat, "changelist")
    vitrine.montrer(adresse, client.get(adresse))
    vitrine.page.set_viewport_size({"width": 1024, "height": 768})
    for boite in (".results", "html"):
        mesure = "e => e.scrollWidth - e.clientWidth"
        assert vitrine.page.locator(boite).evaluate(mesure) == 0
