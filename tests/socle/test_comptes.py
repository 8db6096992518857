"""Entrer, sortir, retrouver son mot de passe, accepter une invitation, changer d'adresse."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from socle.annonces.travaux import envoyer_courriel
from socle.models import Courriel, Utilisateur
from socle.views.compte import nommer_navigateur
from tests.outils.html_accessible import assert_html_accessible
from tests.socle.comptes import (
    COURRIEL,
    FAUX,
    NOUVEAU,
    SECRET,
    activer,
    creer,
    entrer,
    est_entre,
    lien_du_courriel,
)

pytestmark = pytest.mark.django_db
# --- Entrer et sortir ---------------------------------------------------------------------------------


def test_on_entre_avec_son_courriel_quelle_que_soit_la_casse(client, personne):
    reponse = entrer(client, courriel=COURRIEL.upper())
    assert (reponse.status_code, reponse.url) == (302, "/")
    assert est_entre(client)


def test_la_page_demandee_vient_apres_la_connexion_mais_jamais_un_autre_site(client, personne):
    aller = {"login": COURRIEL, "password": SECRET}
    assert client.post(reverse("account_login"), aller | {"next": "/aide/"}).url == "/aide/"
    dehors = Client().post(reverse("account_login"), aller | {"next": "https://ailleurs.example/"})
    assert dehors.url == "/"


def test_se_deconnecter_demande_une_confirmation(client, personne):
    entrer(client)
    page = client.get(reverse("account_logout"))
    assert est_entre(client)
    assert_html_accessible(page)
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert not est_entre(client)


def test_un_mauvais_mot_de_passe_et_une_adresse_inconnue_recoivent_la_meme_reponse(client, personne):
    connue = entrer(client, secret="pas le bon du tout")
    inconnue = entrer(client, courriel="personne@alliances.example")
    assert connue.context["form"].non_field_errors() == inconnue.context["form"].non_field_errors() == [FAUX]
    assert connue.status_code == inconnue.status_code == 200


@pytest.mark.parametrize("courriel", [COURRIEL, "personne@alliances.example"])
def test_cinq_echecs_ferment_l_adresse_pour_cinq_minutes_meme_au_bon_mot_de_passe(client, personne, courriel):
    for _ in range(5):
        assert entrer(client, courriel, "pas le bon du tout").context["form"].non_field_errors() == [FAUX]
    refus = entrer(client, courriel)
    assert refus.context["form"].non_field_errors() == [
        "Trop de tentatives. Attendez cinq minutes, puis réessayez."
    ]
    assert not est_entre(client)
    assert_html_accessible(refus)


def test_qui_se_trompe_ailleurs_ne_ferme_pas_la_porte_de_la_personne(client, personne):
    for _ in range(6):
        entrer(client, secret="pas le bon du tout", REMOTE_ADDR="198.51.100.7")
    entrer(client, REMOTE_ADDR="203.0.113.9")
    assert est_entre(client)


def test_une_adresse_reseau_qui_insiste_recoit_une_page_429_en_francais(client, personne):
    for n in range(30):
        entrer(client, f"inconnue{n}@alliances.example")
    reponse = entrer(client)
    assert reponse.status_code == 429
    assert reponse.headers["Retry-After"] == "300"
    assert "Trop de tentatives" in reponse.content.decode()
    assert_html_accessible(reponse)


def test_un_compte_desactive_n_entre_pas_et_on_dit_pourquoi(client, personne):
    Utilisateur.objects.update(is_active=False)
    reponse = entrer(client)
    assert reponse.url == reverse("account_inactive")
    assert not est_entre(client)
    assert_html_accessible(client.get(reponse.url))


def test_une_adresse_non_verifiee_recoit_un_lien_au_lieu_d_entrer(client):
    personne = creer(verifiee=False)
    assert entrer(client).url == reverse("account_email_verification_sent")
    assert not est_entre(client)
    page = client.get(lien_du_courriel())
    assert_html_accessible(page)
    assert not EmailAddress.objects.get(user=personne).verified
    client.post(page.request["PATH_INFO"])
    assert EmailAddress.objects.get(user=personne).verified
    assert entrer(client).url == "/"


def test_le_navigateur_sait_remplir_chaque_champ_et_rien_n_empeche_de_coller(client):
    page = client.get(reverse("account_login")).content.decode()
    for attente in ('autocomplete="username"', 'autocomplete="current-password"'):
        assert attente in page
    assert "onpaste" not in page
    assert "placeholder" not in page


@pytest.mark.parametrize("demonstration", [True, False])
def test_la_page_de_connexion_annonce_la_demonstration_sans_rien_de_secret(client, settings, demonstration):
    settings.DEMONSTRATION = demonstration
    page = client.get(reverse("account_login")).content.decode()
    assert ("make demo" in page) is demonstration
    assert "demo-alliances" not in page


def test_la_seance_a_des_temoins_fermes_au_javascript(client, personne):
    temoin = entrer(client).cookies["sessionid"]
    assert temoin["httponly"]
    assert temoin["samesite"] == "Lax"
    assert temoin["max-age"] == ""


# --- Mot de passe oublié, invitation ------------------------------------------------------------------


def test_oublier_son_mot_de_passe_ne_dit_pas_si_le_compte_existe(client, personne):
    pages = []
    for courriel in (COURRIEL, "personne@alliances.example"):
        reponse = client.post(reverse("account_reset_password"), {"email": courriel}, follow=True)
        pages.append(re.sub(r'value="[^"]*"', "", reponse.content.decode()))
    assert pages[0] == pages[1]
    assert [courriel.to for courriel in mail.outbox] == [[COURRIEL]]


def test_le_lien_recu_donne_un_nouveau_mot_de_passe_une_seule_fois(client, personne, settings):
    client.post(reverse("account_reset_password"), {"email": COURRIEL}, headers={"host": "localhost"})
    assert f"{settings.ADRESSE_PUBLIQUE}/compte/" in mail.outbox[-1].body
    lien = lien_du_courriel()
    page = client.get(lien, follow=True)
    assert_html_accessible(page)
    assert lien.rpartition("-")[2] not in page.request["PATH_INFO"]
    adresse = page.request["PATH_INFO"]
    assert_html_accessible(client.post(adresse, {"password1": "court", "password2": "court"}))
    fin = client.post(adresse, {"password1": NOUVEAU, "password2": NOUVEAU}, follow=True)
    assert_html_accessible(fin)
    assert entrer(client, secret=NOUVEAU).url == "/"
    perime = Client().get(lien)
    assert "Ce lien n’est plus valable" in perime.content.decode()
    assert_html_accessible(perime)


def test_le_lien_part_en_arriere_plan_sans_la_requete_qui_l_a_demande(personne):
    courriel = Courriel.objects.create(destinataire=personne, genre="cle", adresse=COURRIEL)
    envoyer_courriel.enqueue(pk=courriel.pk)
    assert mail.outbox[-1].subject == "Choisissez un nouveau mot de passe"
    assert mail.outbox[-1].to == [COURRIEL]


def test_un_lien_invente_est_refuse_poliment(client):
    page = client.get(reverse("account_reset_password_from_key", kwargs={"uidb36": "zz", "key": "abc-def"}))
    assert "Ce lien n’est plus valable" in page.content.decode()


def inviter():
    """Ce que fait une invitation : un compte sans mot de passe et une adresse à vérifier."""
    invitee = Utilisateur.objects.create_user(COURRIEL, None, prenom="Alex", nom="Roy")
    EmailAddress.objects.create(user=invitee, email=COURRIEL, verified=False, primary=True)
    return invitee


def choisir_par_cle(client, utilisateur):
    from allauth.account.forms import default_token_generator

    cle = {"uidb36": user_pk_to_url_str(utilisateur), "key": default_token_generator.make_token(utilisateur)}
    page = client.get(reverse("account_reset_password_from_key", kwargs=cle), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NOUVEAU, "password2": NOUVEAU})
    return page


def test_choisir_son_mot_de_passe_accepte_l_invitation_et_verifie_l_adresse(client):
    invitee = inviter()
    page = choisir_par_cle(client, invitee)
    assert "Bienvenue" in page.content.decode()
    assert reverse("socle:confidentialite") in page.content.decode()
    assert EmailAddress.objects.get(user=invitee).verified
    assert entrer(client, secret=NOUVEAU).url == "/"


def test_une_adresse_en_attente_ne_se_verifie_pas_par_un_mot_de_passe_oublie(client, personne):
    EmailAddress.objects.create(user=personne, email="autre@alliances.example", verified=False)
    choisir_par_cle(client, personne)
    assert not EmailAddress.objects.get(email="autre@alliances.example").verified


# --- Gérer son compte ---------------------------------------------------------------------------------


def test_changer_de_mot_de_passe_ferme_les_autres_seances_et_previent(client, personne):
    autre = Client()
    entrer(autre)
    entrer(client)
    reponse = client.post(
        reverse("account_change_password"),
        {"oldpassword": SECRET, "password1": NOUVEAU, "password2": NOUVEAU},
    )
    assert reponse.status_code == 302
    assert client.get(reverse("socle:profil")).status_code == 200
    assert autre.get(reverse("socle:profil")).status_code == 302
    assert mail.outbox[-1].subject == "Votre mot de passe a changé"


def test_le_mot_de_passe_actuel_est_exige_et_le_nouveau_doit_tenir(client, personne):
    entrer(client)
    page = client.post(
        reverse("account_change_password"),
        {"oldpassword": "autre chose", "password1": "sapin", "password2": "sapins"},
    )
    erreurs = page.context["form"].errors
    assert erreurs["oldpassword"] == ["Le mot de passe actuel n’est pas le bon."]
    assert "12 caractères" in erreurs["password1"][0]
    assert_html_accessible(page)


def test_changer_d_adresse_demande_le_mot_de_passe_puis_une_verification(client, personne):
    entrer(client)
    adresse = reverse("account_email")
    nouvelle = "alex.roy@table.example"
    suite = client.post(adresse, {"action_add": "", "email": nouvelle})
    assert suite.url.startswith(reverse("account_reauthenticate"))
    assert_html_accessible(client.get(suite.url))
    client.post(suite.url, {"password": SECRET})
    assert mail.outbox[-1].to == [nouvelle]
    page = client.get(adresse)
    assert nouvelle in page.content.decode()
    assert_html_accessible(page)
    personne.refresh_from_db()
    assert personne.courriel == COURRIEL
    client.post(lien_du_courriel())
    personne.refresh_from_db()
    assert personne.courriel == nouvelle
    prevenue = mail.outbox[-1]
    assert prevenue.to == [COURRIEL]
    assert nouvelle not in prevenue.body


def test_un_changement_d_adresse_s_annule(client, personne):
    entrer(client)
    client.post(reverse("account_reauthenticate"), {"password": SECRET})
    adresse = reverse("account_email")
    client.post(adresse, {"action_add": "", "email": "alex.roy@table.example"})
    client.post(adresse, {"action_remove": "", "email": "alex.roy@table.example"})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [COURRIEL]


def test_le_profil_s_enregistre_et_refuse_un_nom_vide(client, personne):
    entrer(client)
    page = client.post(reverse("socle:profil"), {"prenom": "", "nom": "Gagné", "telephone": ""})
    assert page.context["form"].errors["prenom"]
    assert_html_accessible(page)
    client.post(
        reverse("socle:profil"),
        {"prenom": "Alexe", "nom": "Gagné", "telephone": "418 555-0100", "courriel": "intrus@b.example"},
    )
    personne.refresh_from_db()
    assert (personne.nom_complet, personne.telephone) == ("Alexe Gagné", "418 555-0100")
    assert personne.courriel == COURRIEL


def test_fermer_les_autres_seances_garde_celle_ci(client, personne):
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    autre = Client()
    entrer(autre, HTTP_USER_AGENT=firefox)
    entrer(client)
    page = client.get(reverse("usersessions_list"))
    assert "Firefox, Linux" in page.content.decode()
    assert_html_accessible(page)
    client.post(reverse("usersessions_list"))
    assert UserSession.objects.count() == 1
    assert client.get(reverse("socle:profil")).status_code == 200
    assert autre.get(reverse("socle:profil")).status_code == 302


@pytest.mark.parametrize(
    "agent, nom",
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/139.0 Safari/537.36 Edg/139.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/139.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.5.0", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
    ],
)
def test_un_navigateur_est_nomme_simplement(agent, nom):
    assert nommer_navigateur(agent) == nom


@pytest.mark.django_db(transaction=True)  # ces courriels partent au succès de la transaction
def test_aucun_courriel_ne_porte_de_nom_d_adresse_reseau_ni_de_mot_anglais(client, personne, settings):
    settings.ADRESSE_PUBLIQUE = "https://alliances.example"
    entrer(client)
    activer(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    client.post(
        reverse("account_change_password"),
        {"oldpassword": SECRET, "password1": NOUVEAU, "password2": NOUVEAU},
    )
    client.post(reverse("account_email"), {"action_add": "", "email": "alex.roy@table.example"})
    client.post(reverse("account_logout"))
    client.post(reverse("account_reset_password"), {"email": COURRIEL})
    assert len(mail.outbox) == 6
    for courriel in mail.outbox:
        texte = f"{courriel.subject}\n{courriel.body}"
        assert courriel.body.startswith("Bonjour,")
        assert "«\xa0Alliances pour la solidarité\xa0»" in texte
        assert not re.search(r"Alex|Roy|127\.0\.0\.1|@", texte)
        assert not re.search(r"\b(you|your|the|from|email|hello|thank)\b", texte, re.IGNORECASE)
