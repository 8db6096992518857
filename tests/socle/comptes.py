"""Entrer, inviter, activer : les gestes communs aux essais des comptes."""

import re

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.urls import reverse

from socle.models import Utilisateur

COURRIEL, SECRET = "alex.roy@alliances.example", "quatre mots pour Rimouski"
NOUVEAU = "cinq autres mots pour Matane"
FAUX = "L’adresse courriel ou le mot de passe n’est pas le bon."


def creer(courriel=COURRIEL, secret=SECRET, verifiee=True):
    utilisateur = Utilisateur.objects.create_user(courriel, secret, prenom="Alex", nom="Roy")
    EmailAddress.objects.create(user=utilisateur, email=courriel, verified=verifiee, primary=True)
    return utilisateur


def entrer(client, courriel=COURRIEL, secret=SECRET, **entetes):
    return client.post(reverse("account_login"), {"login": courriel, "password": secret}, **entetes)


def est_entre(client):
    return "_auth_user_id" in client.session


def code_de(cle):
    return f"{hotp_value(cle, next(yield_hotp_counters_from_time())):06}"


def lien_du_courriel():
    """Le chemin du premier lien du dernier courriel."""
    return re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]


def activer(client):
    """Active la validation en deux étapes et rend la clé."""
    adresse = reverse("mfa_activate_totp")
    client.post(reverse("account_reauthenticate") + f"?next={adresse}", {"password": SECRET})
    page = client.get(adresse)
    cle = page.context["form"].secret
    assert client.post(adresse, {"code": code_de(cle)}).status_code == 302
    return cle
