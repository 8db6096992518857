"""Une nouvelle venue : de la page d'un appel à son compte, vérifié, puis à son organisme."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from alliances.models import DemandeDAdhesion, Mandat, Organisme
from projets.models import Initiative
from socle.models import Courriel, Utilisateur
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.socle.comptes import entrer, lien_du_courriel

pytestmark = pytest.mark.django_db

LEA = {"prenom": "Léa", "nom": "Tremblay", "email": "lea@mitis.example", "password1": "six pommes et un seau"}


@pytest.fixture(autouse=True)
def limites_neuves():
    cache.clear()
    yield
    cache.clear()


@partagee
def appel(cadre, agente):
    return p.appel_ouvert(cadre.bsl, par=agente)


@partagee
def organisme(cadre):
    return p.organisme(cadre.bsl)


def inscrire(client, appel, **saisie):
    """De la page publique à l'envoi du formulaire."""
    client.post(reverse("projets:entree", args=[appel.pk]))
    return client.post(reverse("account_signup"), LEA | saisie)


def verifiee(client, appel, **saisie):
    """Léa, son adresse vérifiée, entrée."""
    inscrire(client, appel, **saisie)
    client.post(lien_du_courriel())
    entrer(client, LEA["email"], LEA["password1"])
    return Utilisateur.objects.get(courriel=LEA["email"])


def nommer(client, appel, **saisie):
    territoire = appel.alliance.territoires.first().pk
    fiche = {"neq": "1140000025", "nom": "Cuisine de la Mitis", "forme": "obnl", "territoire": territoire}
    return client.post(reverse("projets:nommer_organisme", args=[appel.pk]), fiche | saisie)


def test_en_attendant_le_courriel_l_appel_reste_nomme_et_la_demonstration_dit_ou_le_lire(
    client, appel, settings
):
    client.post(reverse("projets:entree", args=[appel.pk]))
    client.post(reverse("account_signup"), LEA)
    page = client.get(reverse("account_email_verification_sent"))
    assert_html_accessible(page)
    assert appel.titre in page.text
    assert "make demo" not in page.text
    settings.DEMONSTRATION = True
    assert "make demo" in client.get(reverse("account_email_verification_sent")).text


def test_de_la_page_publique_a_sa_demande(client, appel):
    page = client.get(reverse("projets:appel_public", args=[appel.pk])).content.decode()
    assert reverse("projets:entree", args=[appel.pk]) in page
    assert_html_accessible(client.get(reverse("projets:entree", args=[appel.pk])))
    client.post(reverse("projets:entree", args=[appel.pk]))
    page = client.get(reverse("account_signup"))
    assert_html_accessible(page)
    assert "Loi 25" in page.content.decode()
    assert set(page.context["form"].fields) == {"prenom", "nom", "email", "password1"}

    assert client.post(reverse("account_signup"), LEA).url == reverse("account_email_verification_sent")
    assert entrer(client, LEA["email"], LEA["password1"]).status_code == 302
    assert "_auth_user_id" not in client.session
    client.post(lien_du_courriel())
    suite = entrer(client, LEA["email"], LEA["password1"])
    assert suite.url == reverse("projets:commencement", args=[appel.pk])
    assert client.get(suite.url).url == reverse("projets:nommer_organisme", args=[appel.pk])
    assert_html_accessible(client.get(reverse("projets:nommer_organisme", args=[appel.pk])))

    assert nommer(client, appel).url == suite.url
    lea, sien = Utilisateur.objects.get(courriel=LEA["email"]), Organisme.objects.get(neq="1140000025")
    assert [(m.role, m.organisme) for m in Mandat.objects.filter(utilisateur=lea)] == [("porteur", sien)]
    client.post(suite.url, {"organisme": sien.pk})
    assert Initiative.objects.get().commencee_par == lea
    assert_html_accessible(client.get(reverse("projets:mes_organismes")))


def test_sans_passer_par_un_appel_l_inscription_reste_fermee(client):
    assert "par invitation" in client.post(reverse("account_signup"), LEA).content.decode()
    assert not Utilisateur.objects.filter(courriel=LEA["email"]).exists()


def test_un_appel_ferme_n_ouvre_pas_de_compte(client, appel, agente):
    appel.retirer(par=agente, motif="Faute d’argent.")
    assert client.post(reverse("projets:entree", args=[appel.pk])).status_code == 302
    assert "par invitation" in client.post(reverse("account_signup"), LEA).content.decode()


def test_un_appel_retire_n_inscrit_plus_d_organisme(client, appel, agente):
    verifiee(client, appel)
    appel.retirer(par=agente, motif="Faute d’argent.")
    assert nommer(client, appel).status_code == 403
    assert not Organisme.objects.filter(neq="1140000025").exists()


@pytest.mark.parametrize("adresse", ["lea@mitis.example", "LEA@mitis.example", "lea+appel@mitis.example"])
def test_une_adresse_connue_recoit_un_courriel_et_la_page_repond_pareil(client, appel, adresse):
    neuve = inscrire(client, appel, email="autre@mitis.example")
    connue = Utilisateur.objects.create_user("lea@mitis.example", "un mot de passe", prenom="Léa", nom="Roy")
    autre = Client()
    reponse = inscrire(autre, appel, email=adresse)
    assert (reponse.status_code, reponse.url) == (neuve.status_code, neuve.url)
    page = autre.get(reponse.url).content.decode().replace(adresse.lower(), "")
    assert page == client.get(neuve.url).content.decode().replace("autre@mitis.example", "")
    assert mail.outbox[-1].subject == "Vous avez déjà un compte"
    assert mail.outbox[-1].to == [connue.courriel]
    connue.refresh_from_db()
    assert (connue.nom, connue.check_password("un mot de passe")) == ("Roy", True)


def test_un_double_envoi_n_ouvre_qu_un_compte_et_n_ecrit_qu_une_fois(client, appel):
    for _ in range(3):
        inscrire(client, appel)
    assert Utilisateur.objects.filter(courriel=LEA["email"]).count() == 1
    assert Courriel.objects.filter(genre="verification").count() == 1
    assert Courriel.objects.filter(genre="compte_existant").count() <= 1


def test_deux_envois_a_la_meme_seconde_ouvrent_un_seul_compte(client, appel, monkeypatch):
    """L'autre envoi ouvre le compte entre la validation et l'écriture."""
    from socle.forms.comptes import InscriptionForm

    inscrire(client, appel)
    monkeypatch.setattr(InscriptionForm, "validate_unique_email", lambda form, courriel: courriel)
    reponse = inscrire(Client(), appel)
    assert reponse.url == reverse("account_email_verification_sent")
    assert Utilisateur.objects.filter(courriel=LEA["email"]).count() == 1


def test_le_lien_lu_trois_fois_par_un_lecteur_de_courriel_vaut_encore(client, appel):
    inscrire(client, appel)
    lien = lien_du_courriel()
    for _ in range(3):
        assert Client().get(lien).status_code == 200
    assert not EmailAddress.objects.get(email=LEA["email"]).verified
    client.post(lien)
    assert EmailAddress.objects.get(email=LEA["email"]).verified
    assert "n’est plus valable" in client.get(lien).content.decode()


@pytest.mark.parametrize(
    "saisie",
    [
        {"prenom": "<b>Léa</b>"},
        {"prenom": ""},
        {"email": "pas une adresse"},
        {"email": f"{'a' * 250}@mitis.example"},
        {"password1": "court"},
        {"password1": "leatremblay1", "nom": "LeaTremblay1"},
    ],
)
def test_une_mauvaise_saisie_se_dit_et_n_ouvre_rien(client, appel, saisie):
    reponse = inscrire(client, appel, **saisie)
    assert reponse.status_code == 200
    assert reponse.context["form"].errors
    assert not Utilisateur.objects.filter(nom__in=(LEA["nom"], "LeaTremblay1")).exists()


def test_l_inscription_a_sa_limite_de_debit(client, appel):
    client.post(reverse("projets:entree", args=[appel.pk]))
    codes = [client.post(reverse("account_signup"), {}).status_code for _ in range(22)]
    assert codes[-1] == 429


@pytest.mark.parametrize("neq", ["114000002", "9940000025", "114000002x", "1140000025000"])
def test_un_neq_faux_garde_la_saisie(client, appel, neq):
    verifiee(client, appel)
    reponse = nommer(client, appel, neq=neq)
    assert reponse.status_code == 200
    assert "Le NEQ" in reponse.content.decode()
    assert "Cuisine de la Mitis" in reponse.content.decode()
    assert not Organisme.objects.filter(nom="Cuisine de la Mitis").exists()


def test_une_personne_morale_a_un_neq_un_conseil_de_bande_non(client, appel):
    verifiee(client, appel)
    assert "Écrivez le NEQ" in nommer(client, appel, neq="").content.decode()
    nommer(client, appel, neq="", nom="Conseil de bande de la Mitis", forme="autochtone")
    assert Organisme.objects.get(nom="Conseil de bande de la Mitis").neq == ""


def test_un_neq_deja_inscrit_ne_s_ajoute_pas_et_ne_dit_rien_de_l_autre(client, appel, organisme):
    membre = fabriques.personne("porteur", organisme, nom="Aubélac")
    lea = verifiee(client, appel)
    page = nommer(client, appel, neq=p.NEQ, nom="", territoire="")
    texte = page.content.decode()
    assert_html_accessible(page)
    assert "déjà inscrit" in texte
    assert organisme.nom not in texte
    assert membre.nom not in texte
    assert not DemandeDAdhesion.objects.exists()

    reponse = nommer(client, appel, neq=p.NEQ, rejoindre="on", message="Adjointe")
    assert reponse.url == reverse("projets:mes_organismes")
    demande = DemandeDAdhesion.objects.get()
    assert (demande.organisme, demande.demandee_par, demande.alliance) == (organisme, lea, appel.alliance)
    assert not Mandat.objects.filter(utilisateur=lea).exists()
    assert "Adjointe" not in client.get(reverse("alliances:organismes")).content.decode()
    assert membre.notifications.get().lien == reverse("alliances:adhesion_acceptation", args=[demande.pk])
    assert "attend déjà" in nommer(client, appel, neq=p.NEQ, rejoindre="on").content.decode()


def test_un_organisme_inconnu_ne_se_rejoint_pas(client, appel):
    verifiee(client, appel)
    assert "on ne s’y joint pas" in nommer(client, appel, rejoindre="1").content.decode()
    assert not Organisme.objects.filter(neq="1140000025").exists()


def test_son_accueil_lui_dit_par_ou_commencer(client, appel):
    verifiee(client, appel)
    page = client.get("/")
    assert_html_accessible(page)
    assert reverse("projets:appels_publics") in page.content.decode()
    assert reverse("projets:mes_organismes") in page.content.decode()


def test_un_homonyme_se_signale_sans_rien_reveler(client, appel, organisme):
    verifiee(client, appel)
    texte = nommer(client, appel, nom="maison de la famille de la vallee").content.decode()
    assert "écrivez son NEQ" in texte
    assert p.NEQ not in texte
    assert not Organisme.objects.filter(neq="1140000025").exists()
    nommer(client, appel, nom="Maison de la famille de la Vallée", autre="on")
    assert Organisme.objects.filter(neq="1140000025").exists()


def test_un_homonyme_qui_a_un_neq_ne_se_rejoint_pas_par_son_nom(client, appel, organisme):
    verifiee(client, appel)
    nommer(client, appel, neq="", forme="autochtone", nom=organisme.nom, rejoindre="on")
    assert not DemandeDAdhesion.objects.exists()


def test_un_regroupement_sans_neq_se_rejoint_par_son_nom(client, appel):
    ici = appel.alliance.territoires.first()
    regroupement = Organisme.objects.create(nom="Collectif du Rang", forme="non_constitue", territoire=ici)
    verifiee(client, appel)
    saisie = {"neq": "", "nom": "collectif du rang", "forme": "non_constitue"}
    assert "demandez à vous joindre" in nommer(client, appel, **saisie).content.decode()
    nommer(client, appel, **saisie, rejoindre="on")
    assert DemandeDAdhesion.objects.get().organisme == regroupement


def test_elle_ne_voit_rien_d_autre_que_les_siens(client, appel, organisme):
    voisine = p.demande(appel, organisme, fabriques.personne("porteur", organisme))
    verifiee(client, appel)
    nommer(client, appel)
    for nom in ("initiative", "demande", "pieces", "verification", "depot", "engagement"):
        assert client.get(reverse(f"projets:{nom}", args=[voisine.pk])).status_code == 404, nom
    assert client.get(reverse("alliances:organisme", args=[organisme.pk])).status_code == 404
    assert organisme.nom not in client.get(reverse("projets:mes_organismes")).content.decode()
