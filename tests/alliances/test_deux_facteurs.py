"""Qui tient l'argent, approuve ou administre active la validation en deux étapes, hors de la démonstration."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from alliances.models import Mandat, Role
from alliances.models.roles import A_DOUBLE_FACTEUR
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible

pytestmark = pytest.mark.django_db
PHRASE = "Votre rôle exige la validation en deux étapes. Activez-la pour continuer."
SECRET = "essai-alliances"  # le mot de passe des personnes d'essai
ACTIVATION = "mfa_activate_totp"


@pytest.fixture(autouse=True)
def limites_neuves():
    cache.clear()
    yield
    cache.clear()


def sans_validation(role, cadre):
    """Une personne de ce rôle qui n'a pas encore activé la validation."""
    personne = fabriques.personne(role, portee_de(role, cadre))
    Authenticator.objects.filter(user=personne).delete()
    return personne


def portee_de(role, cadre):
    if role in ("coordination", "signature", "finances"):
        return cadre.bsl
    if role in ("dgsq", "direction_dgsq"):
        return cadre.bsl.regions.get()
    if role in ("territoire", "sign_territoire", "fin_territoire"):
        return cadre.bsl.territoires.first()
    if role == "evaluation":
        return cadre.bsl.instances.get()
    return cadre.bsl.parties.first().organisme if role in ("porteur", "engagement") else None


@pytest.mark.parametrize("role", Role.values)
def test_seuls_ces_roles_sont_menes_a_l_activation(cadre, client_de, role):
    reponse = client_de(sans_validation(role, cadre)).get(reverse("socle:profil"))
    if role in A_DOUBLE_FACTEUR:
        assert (reponse.status_code, reponse.url) == (302, reverse(ACTIVATION))
    else:
        assert reponse.status_code == 200


@pytest.mark.parametrize("role", sorted(A_DOUBLE_FACTEUR))
def test_la_validation_active_laisse_passer(cadre, client_de, role):
    client = client_de(fabriques.personne(role, portee_de(role, cadre)))
    assert client.get(reverse("socle:profil")).status_code == 200


@pytest.mark.parametrize("role", sorted(A_DOUBLE_FACTEUR))
def test_la_demonstration_en_dispense(cadre, client_de, settings, role):
    settings.DEMONSTRATION = True
    assert client_de(sans_validation(role, cadre)).get(reverse("socle:profil")).status_code == 200


def test_des_codes_de_secours_seuls_ne_suffisent_pas(cadre, client_de):
    personne = sans_validation("approbation", cadre)
    Authenticator.objects.create(user=personne, type="recovery_codes", data={})
    assert client_de(personne).get("/").url == reverse(ACTIVATION)


def test_un_mandat_termine_n_exige_plus_rien(cadre, client_de):
    personne = sans_validation("approbation", cadre)
    Mandat.objects.filter(utilisateur=personne).update(fin=timezone.localdate())
    assert client_de(personne).get(reverse("socle:profil")).status_code == 200


def test_un_role_recu_en_cours_de_seance_compte_aussitot(cadre, client_de):
    personne = fabriques.personne("territoire", cadre.bsl.territoires.first())
    client = client_de(personne)
    assert client.get(reverse("socle:profil")).status_code == 200
    fabriques.mandater(personne, "finances", alliance=cadre.bsl)
    assert client.get(reverse("socle:profil")).url == reverse(ACTIVATION)


@pytest.mark.parametrize(
    "nom, code",
    [
        ("mfa_index", 200),
        ("account_email", 200),
        ("account_change_password", 200),
        ("account_logout", 200),
        ("usersessions_list", 200),
        ("socle:aide", 200),
        ("socle:confidentialite", 200),
        ("socle:vivant", 200),
    ],
)
def test_l_aide_la_sante_et_le_compte_restent_ouverts(cadre, client_de, nom, code):
    reponse = client_de(sans_validation("finances", cadre)).get(reverse(nom))
    assert reponse.status_code == code


def test_la_page_d_activation_dit_pourquoi_et_l_on_repart_ensuite(cadre, client):
    from tests.socle.comptes import code_de

    personne = sans_validation("finances", cadre)
    client.force_login(personne)
    confirmation = client.get("/", follow=True)
    assert_html_accessible(confirmation)
    adresse = confirmation.request["PATH_INFO"] + f"?next={reverse(ACTIVATION)}"
    page = client.post(adresse, {"password": SECRET}, follow=True)
    assert PHRASE in page.content.decode()
    assert_html_accessible(page)
    client.post(reverse(ACTIVATION), {"code": code_de(page.context["form"].secret)})
    assert client.get(reverse("socle:profil")).status_code == 200


def test_desactiver_ramene_a_l_activation(cadre, client):
    personne = fabriques.personne("finances", cadre.bsl)
    client.force_login(personne)
    client.post(
        reverse("account_reauthenticate") + f"?next={reverse('mfa_deactivate_totp')}", {"password": SECRET}
    )
    page = client.post(reverse("mfa_deactivate_totp"), follow=True)
    assert PHRASE in page.content.decode()
    assert client.get("/").url == reverse(ACTIVATION)


def test_un_envoi_json_recoit_la_raison_et_le_lien(cadre, client_de):
    client = client_de(sans_validation("finances", cadre))
    reponse = client.post(reverse("socle:profil"), "{}", content_type="application/json")
    assert reponse.status_code == 403
    assert reponse.json() == {"erreur": PHRASE, "activation": reverse(ACTIVATION)}


def test_l_administration_passe_par_la_connexion_de_la_maison(cadre, client, client_de, agente):
    adresse = reverse("admin:login") + "?next=/administration/"
    assert client.get(adresse).url == reverse("account_login") + "?next=%2Fadministration%2F"
    assert client.post(adresse, {"username": "a", "password": "b"}).url.startswith(reverse("account_login"))
    assert client_de(agente).get(adresse).status_code == 403
    assert client_de(sans_validation("administration", cadre)).get("/administration/").url == reverse(
        ACTIVATION
    )
    assert client_de(fabriques.personne("administration")).get(adresse).url == reverse("admin:index")
