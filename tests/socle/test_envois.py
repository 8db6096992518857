"""Un double clic ne fait rien deux fois."""

import threading
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import Context, Template
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as adresses
from socle.models import EnvoiUnique, Notification, Utilisateur


def ajouter(request):
    """Ajoute une notification, ou refuse une saisie vide."""
    if not request.POST.get("titre"):
        return HttpResponse("Le titre est obligatoire.")
    ligne = Notification.objects.create(
        destinataire=request.user, cle=str(uuid.uuid4()), titre=request.POST["titre"]
    )
    return redirect(f"/fait/{ligne.pk}/")


def tomber_en_panne(request):
    raise RuntimeError("panne")


handler500 = "socle.views.erreurs.erreur_du_serveur"
urlpatterns = [path("essai/", ajouter), path("panne/", tomber_en_panne), *adresses]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def personne(db):
    return Utilisateur.objects.create_user("p@alliances.example", prenom="P", nom="N")


@pytest.fixture
def client(personne, client_de):
    return client_de(personne)


def test_le_second_envoi_mene_a_la_meme_page_sans_rien_refaire(client):
    envoi = {"titre": "Une fois", "jeton_d_envoi": str(uuid.uuid4())}
    premiere, seconde = client.post("/essai/", envoi), client.post("/essai/", envoi)
    assert Notification.objects.count() == 1
    assert seconde["Location"] == premiere["Location"]


def test_deux_formulaires_distincts_comptent_chacun(client):
    for _ in range(2):
        client.post("/essai/", {"titre": "Deux fois", "jeton_d_envoi": str(uuid.uuid4())})
    assert Notification.objects.count() == 2


def test_un_envoi_refuse_se_corrige_et_se_renvoie(client):
    jeton = str(uuid.uuid4())
    assert client.post("/essai/", {"titre": "", "jeton_d_envoi": jeton}).status_code == 200
    assert client.post("/essai/", {"titre": "Corrigé", "jeton_d_envoi": jeton}).status_code == 302
    assert Notification.objects.count() == 1


@pytest.mark.parametrize("jeton", [None, "", "n’importe quoi"])
def test_un_jeton_absent_ou_mal_forme_ne_retient_rien(client, jeton):
    envoi = {"titre": "Libre"} | ({"jeton_d_envoi": jeton} if jeton is not None else {})
    client.post("/essai/", envoi)
    client.post("/essai/", envoi)
    assert Notification.objects.count() == 2
    assert not EnvoiUnique.objects.exists()


def test_le_jeton_d_une_autre_personne_ne_dit_pas_ou_elle_est_allee(client, client_de):
    envoi = {"titre": "Le mien", "jeton_d_envoi": str(uuid.uuid4())}
    client.post("/essai/", envoi)
    autre = Utilisateur.objects.create_user("a@alliances.example", prenom="A", nom="N")
    assert client_de(autre).post("/essai/", envoi)["Location"] == "/essai/"


def test_une_erreur_libere_le_jeton(client):
    jeton = str(uuid.uuid4())
    with pytest.raises(RuntimeError):
        client.post("/panne/", {"jeton_d_envoi": jeton})
    assert not EnvoiUnique.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_deux_clics_simultanes_ne_font_qu_un_ajout(personne):
    envoi = {"titre": "Double clic", "jeton_d_envoi": str(uuid.uuid4())}
    depart, lieux = threading.Barrier(2), []

    def cliquer():
        client = Client()
        client.force_login(personne)
        depart.wait()
        lieux.append(client.post("/essai/", envoi)["Location"])
        connection.close()

    fils = [threading.Thread(target=cliquer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert Notification.objects.count() == 1
    assert len(set(lieux)) == 1


def test_l_etiquette_ecrit_un_jeton_neuf_a_chaque_formulaire():
    gabarit = Template("{% envoi_unique %}{% envoi_unique %}")
    rendu = gabarit.render(Context())
    assert rendu.count('name="jeton_d_envoi"') == 2
    assert len(set(rendu.split('value="')[1:])) == 2


def test_le_meme_jeton_avec_un_autre_contenu_est_un_nouvel_envoi(client):
    """Une page ressortie de la mémoire du navigateur, puis changée : rien ne se perd en silence."""
    jeton = str(uuid.uuid4())
    for titre in ("Premier organisme", "Second organisme", "Second organisme"):
        client.post("/essai/", {"titre": titre, "jeton_d_envoi": jeton})
    assert Notification.objects.count() == 2


def test_un_autre_fichier_de_meme_nom_est_un_nouvel_envoi(client):
    jeton = str(uuid.uuid4())
    for contenu in (b"un", b"de", b"de"):
        piece = SimpleUploadedFile("resolution.pdf", contenu)
        client.post("/essai/", {"titre": "Pièce", "piece": piece, "jeton_d_envoi": jeton})
    assert Notification.objects.count() == 2
