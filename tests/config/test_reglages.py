"""La production refuse de démarrer plutôt que de démarrer mal."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

BON = {
    "SECRET_KEY": "une-cle-d-essai-" + "abcdefghij" * 5,
    "ALLOWED_HOSTS": "alliances.example",
    "DATABASE_URL": "postgres://alliances@localhost/alliances",
    "EMAIL_URL": "smtp+tls://u:p@localhost:587",
}
LIRE = """
import json
import config.settings.{module} as reglages
print(json.dumps({{nom: repr(getattr(reglages, nom)) for nom in {noms}}}))
"""


def charger(*noms, module="prod", **environnement):
    """Charge les réglages dans un interprète neuf, dont l’environnement n’a rien d’autre."""
    return subprocess.run(
        [sys.executable, "-c", LIRE.format(module=module, noms=list(noms))],
        cwd=settings.RACINE,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.test"} | environnement,
        capture_output=True,
        text=True,
        check=False,
    )


def lire(*noms, **environnement):
    rendu = charger(*noms, **environnement)
    assert rendu.returncode == 0, rendu.stderr
    return json.loads(rendu.stdout)


@pytest.mark.parametrize("absente", BON)
def test_une_variable_absente_est_nommee(absente):
    rendu = charger(**{nom: valeur for nom, valeur in BON.items() if nom != absente})
    assert rendu.returncode != 0
    assert f"{absente} est obligatoire" in rendu.stderr


@pytest.mark.parametrize("interdite", ["DEMONSTRATION", "DEBUG"])
def test_la_demonstration_est_interdite_en_production(interdite):
    rendu = charger(**BON, **{interdite: "true"})
    assert rendu.returncode != 0
    assert "interdites en production" in rendu.stderr


def test_une_cle_courte_est_refusee():
    rendu = charger(**(BON | {"SECRET_KEY": "courte"}))
    assert rendu.returncode != 0
    assert "50 caractères" in rendu.stderr


def test_la_production_est_fermee():
    lus = lire(
        "DEBUG", "DEMONSTRATION", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", **BON
    )
    assert lus == {
        "DEBUG": "False",
        "DEMONSTRATION": "False",
        "SESSION_COOKIE_NAME": "'__Host-seance'",
        "CSRF_COOKIE_NAME": "'__Host-csrf'",
        "SESSION_COOKIE_SECURE": "True",
    }


def test_la_lecture_seule_ne_coute_rien_en_production():
    assert "lecture_seule" not in lire("MIDDLEWARE", **BON)["MIDDLEWARE"]


def test_les_pieces_vont_dans_un_compartiment_si_on_en_nomme_un():
    lus = lire("STORAGES", **BON, S3_COMPARTIMENT="pieces", S3_REGION="ca-central-1")["STORAGES"]
    assert "S3Storage" in lus
    assert "'default_acl': 'private'" in lus
    assert "FileSystemStorage" in lire("STORAGES", **BON)["STORAGES"]


def test_un_fournisseur_d_identite_seulement_s_il_est_decrit():
    sans = lire("SOCIALACCOUNT_PROVIDERS", "CONTENT_SECURITY_POLICY", **BON)
    assert sans["SOCIALACCOUNT_PROVIDERS"] == "{}"
    avec = lire(
        "SOCIALACCOUNT_PROVIDERS",
        "CONTENT_SECURITY_POLICY",
        **BON,
        OIDC_SERVEUR="https://identite.example/realms/x",
        OIDC_CLIENT="alliances",
        OIDC_SECRET="secret",
    )
    assert "'client_id': 'alliances'" in avec["SOCIALACCOUNT_PROVIDERS"]
    assert "https://identite.example'" in avec["CONTENT_SECURITY_POLICY"]
    assert "https://identite.example" not in sans["CONTENT_SECURITY_POLICY"]


def test_l_en_tete_du_mandataire_n_est_cru_que_sur_demande():
    assert "SECURE_PROXY_SSL_HEADER" not in charger("SECURE_PROXY_SSL_HEADER", **BON).stdout
    lus = lire("SECURE_PROXY_SSL_HEADER", **BON, ENTETE_HTTPS="X-Forwarded-Proto")
    assert lus["SECURE_PROXY_SSL_HEADER"] == "('HTTP_X_FORWARDED_PROTO', 'https')"
