"""Un robot de courriel ouvre un lien avant la personne : elle réussit encore, quel que soit le lien."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from alliances.models import Mandat
from alliances.notifications import annoncer_mandats
from socle.models import Utilisateur
from tests import fabriques

pytestmark = pytest.mark.django_db
NOUVEAU, NOUVELLE = "cinq autres mots pour Matane", "nouvelle@alliances.example"


@pytest.fixture(autouse=True)
def limites_neuves():
    cache.clear()
    yield
    cache.clear()


def oublier(cadre, au_succes):
    personne = fabriques.personne("coordination", cadre.bsl)
    Client().post(reverse("account_reset_password"), {"email": personne.courriel})
    return personne


def etre_invitee(cadre, au_succes):
    invitee = Utilisateur.objects.create_user("invitee@alliances.example", None, prenom="Lou", nom="Roy")
    EmailAddress.objects.create(user=invitee, email=invitee.courriel, primary=True, verified=False)
    with au_succes(execute=True):
        annoncer_mandats(
            [Mandat.objects.create(utilisateur=invitee, role="coordination", alliance=cadre.bsl)]
        )
    return invitee


def changer_d_adresse(cadre, au_succes):
    personne = fabriques.personne("territoire", cadre.bsl.territoires.first())  # sans seconde étape
    client = Client()
    client.post(reverse("account_login"), {"login": personne.courriel, "password": "essai-alliances"})
    client.post(reverse("account_reauthenticate"), {"password": "essai-alliances"})
    client.post(reverse("account_email"), {"action_add": "", "email": NOUVELLE})
    return personne


def entrer_sans_adresse_verifiee(cadre, au_succes):
    personne = fabriques.personne("territoire", cadre.bsl.territoires.first())  # sans seconde étape
    EmailAddress.objects.filter(user=personne).update(verified=False)
    Client().post(reverse("account_login"), {"login": personne.courriel, "password": "essai-alliances"})
    return personne


def choisir_un_mot_de_passe(lien, personne):
    client = Client()
    page = client.get(lien, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NOUVEAU, "password2": NOUVEAU})
    personne.refresh_from_db()
    return personne.check_password(NOUVEAU)


def verifier_son_adresse(lien, personne):
    Client().get(lien)
    Client().post(lien)
    personne.refresh_from_db()
    return EmailAddress.objects.get(user=personne, verified=True).email == personne.courriel


LIENS = [
    (oublier, "account_reset_password_from_key", choisir_un_mot_de_passe),
    (etre_invitee, "account_reset_password_from_key", choisir_un_mot_de_passe),
    (changer_d_adresse, "account_confirm_email", verifier_son_adresse),
    (entrer_sans_adresse_verifiee, "account_confirm_email", verifier_son_adresse),
]


@pytest.mark.parametrize("methode", ["get", "head"])
@pytest.mark.parametrize("demander, page, reussir", LIENS, ids=[demander.__name__ for demander, *_ in LIENS])
def test_un_robot_qui_ouvre_le_lien_ne_le_consomme_pas(
    cadre, django_capture_on_commit_callbacks, methode, demander, page, reussir
):
    personne = demander(cadre, django_capture_on_commit_callbacks)
    lien = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    assert resolve(lien).view_name == page
    for _ in range(3):
        getattr(Client(), methode)(lien, follow=True)
    assert reussir(lien, personne)


def test_chaque_adresse_a_usage_unique_est_essayee():
    a_cle = {nom for nom, motifs in get_resolver().reverse_dict.lists() if "key" in str(motifs)}
    assert {nom for nom in a_cle if isinstance(nom, str)} == {page for _, page, _ in LIENS}
