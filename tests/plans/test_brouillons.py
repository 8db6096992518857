"""L'enregistrement automatique d'une carte : tout ou rien, et jamais par-dessus quelqu'un."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from alliances.plans.models import Moyen, Priorite
from tests import fabriques
from tests.outils.partage import partagee

JSON = {"headers": {"Accept": "application/json"}}


def url_de(version, element, nom="carte_brouillon"):
    return reverse(f"plans:{nom}", args=[version.pk, element.objet, element.cle])


@partagee
def version(cadre, agente):
    return fabriques.plan_pret(cadre.bsl)


@partagee
def moyen(version):
    return Moyen.objects.get(objectif__priorite__version=version)


def saisie(moyen, **champs):
    """Le moyen tel que sa page l'enverrait, avec ses collaborations."""
    lignes = list(moyen.collaborateurs.all())
    donnees = {
        "collaborateurs-TOTAL_FORMS": str(len(lignes) + 2),
        "collaborateurs-INITIAL_FORMS": str(len(lignes)),
        "description": moyen.description,
        "population": moyen.population,
        "territoires": [t.pk for t in moyen.territoires.all()],
        "personnes_visees": moyen.personnes_visees or "",
        "resultat_attendu": moyen.resultat_attendu,
        "responsable": moyen.responsable,
        "debut": moyen.debut.isoformat(),
        "fin": moyen.fin.isoformat(),
        "revision": moyen.revision,
    }
    for rang, ligne in enumerate(lignes):
        donnees |= {
            f"collaborateurs-{rang}-nom": ligne.nom,
            f"collaborateurs-{rang}-secteur": ligne.secteur_id or "",
            f"collaborateurs-{rang}-contribution": ligne.contribution,
        }
    return donnees | champs


def test_une_carte_s_enregistre_d_elle_meme_et_dit_l_heure(version, moyen, agente, client_de):
    donnees = saisie(moyen, responsable="Comité Se nourrir", **{"collaborateurs-1-nom": "Une coop"})
    reponse = client_de(agente).post(url_de(version, moyen), donnees, **JSON)
    corps = reponse.json()
    assert (reponse.status_code, corps["revision"]) == (200, moyen.revision + 1)
    assert corps["message"] == f"Brouillon enregistré à {corps['heure']}"
    assert corps["session_fin"] > 0
    moyen.refresh_from_db()
    assert (moyen.responsable, moyen.modifie_par) == ("Comité Se nourrir", agente)
    assert "Une coop" in moyen.collaborateurs.values_list("nom", flat=True)
    contenu = fabriques.relire(version).contenu()
    assert contenu["priorites"][0]["objectifs"][0]["moyens"][0]["responsable"] == "Comité Se nourrir"


@pytest.mark.parametrize("objet", ["priorite", "objectif", "indicateur"])
def test_chaque_genre_de_carte_s_enregistre(cadre, version, moyen, agente, client_de, objet):
    priorite = moyen.objectif.priorite
    element, donnees, champ = {
        "priorite": (priorite, {"titre": "Neuf", "palier": "regional", "tous": "on"}, "titre"),
        "objectif": (moyen.objectif, {"titre": "Neuf"}, "titre"),
        "indicateur": (moyen.indicateurs.get(), {"nom": "Neuf", "cible": "1 200,5"}, "nom"),
    }[objet]
    reponse = client_de(agente).post(
        url_de(version, element), donnees | {"revision": element.revision}, **JSON
    )
    assert reponse.status_code == 200, reponse.text
    element.refresh_from_db()
    assert getattr(element, champ) == "Neuf"


@pytest.mark.parametrize(
    "champs, phrase",
    [
        ({"description": ""}, "Remplissez le champ «\xa0Description du moyen\xa0»."),
        ({"debut": "2028-04-01", "fin": "2026-04-01"}, "elle doit suivre le début"),
        ({"debut": "1999-01-01"}, "la date doit tomber pendant le cycle"),
        ({"personnes_visees": "beaucoup"}, "entier"),
        ({"collaborateurs-1-contribution": "Un local"}, "nommez l’organisme"),
    ],
)
def test_un_champ_invalide_est_dit_et_rien_n_est_ecrit(version, moyen, agente, client_de, champs, phrase):
    donnees = saisie(moyen, population="Neuve", **champs)
    reponse = client_de(agente).post(url_de(version, moyen), donnees, **JSON)
    assert reponse.status_code == 400
    assert reponse.json()["erreur"].startswith("Pas encore enregistré.")
    assert phrase in reponse.json()["erreur"]
    relu = Moyen.objects.get(pk=moyen.pk)
    assert (relu.revision, relu.population) == (moyen.revision, moyen.population)
    assert relu.collaborateurs.count() == 1


def test_une_carte_depassee_offre_de_comparer(cadre, version, moyen, agente, client_de):
    autre = fabriques.personne("coordination", cadre.bsl)
    client_de(autre).post(url_de(version, moyen), saisie(moyen, responsable="Denis"), **JSON)
    client = client_de(agente)
    mienne = saisie(moyen, responsable="Camille")
    reponse = client.post(url_de(version, moyen), mienne, **JSON)
    assert reponse.status_code == 409
    assert "depuis que vous l’avez ouvert" in reponse.json()["erreur"]
    assert reponse.json()["comparer"] == url_de(version, moyen, "carte")
    page = client.post(reponse.json()["comparer"], mienne)
    assert page.status_code == 409
    assert "Denis" in page.text
    assert "data-sauvegarde=" not in page.text  # choisir d'abord : rien ne s'enregistre par-dessus
    moyen.refresh_from_db()
    assert moyen.responsable == "Denis"


def test_un_envoi_recu_dont_la_reponse_s_est_perdue_n_est_pas_un_conflit(version, moyen, agente, client_de):
    client = client_de(agente)
    donnees = saisie(moyen, responsable="Comité", tous="on")
    for _ in range(2):
        reponse = client.post(url_de(version, moyen), donnees, **JSON)
        assert (reponse.status_code, reponse.json()["revision"]) == (200, moyen.revision + 1)


def test_rien_de_change_ne_s_ecrit_pas(cadre, version, moyen, agente, client_de):
    Moyen.objects.filter(pk=moyen.pk).update(repris_de="2017-2023, version 1")
    reponse = client_de(agente).post(url_de(version, moyen), saisie(moyen), **JSON)
    assert (reponse.status_code, reponse.json()["revision"]) == (200, moyen.revision)
    moyen.refresh_from_db()
    assert (moyen.revision, moyen.repris_de) == (1, "2017-2023, version 1")


def test_une_carte_supprimee_ne_revient_pas_d_elle_meme(version, moyen, agente, client_de):
    donnees = saisie(moyen)
    moyen.objectif.supprimer(par=agente)
    reponse = client_de(agente).post(url_de(version, moyen), donnees, **JSON)
    assert reponse.status_code == 409
    assert "supprimé cet élément" in reponse.json()["erreur"]


def test_ajouter_une_ligne_ne_fait_pas_oublier_la_revision_de_depart(version, moyen, agente, client_de):
    """La page rendue avec une ligne de plus part toujours de ce que la personne avait lu."""
    donnees = saisie(moyen, responsable="Camille")
    moyen.enregistrer(par=agente, revision=moyen.revision)
    page = client_de(agente).post(url_de(version, moyen, "carte"), donnees | {"ajouter_ligne": "1"})
    assert int(page.context["form"]["revision"].value()) == donnees["revision"]
    assert "data-modifie" in page.text


@pytest.mark.parametrize("personne, code", [("lectrice", 403), ("signataire", 403), ("etrangere", 404)])
def test_les_autres_n_enregistrent_rien(version, moyen, client_de, request, personne, code):
    client = client_de(request.getfixturevalue(personne))
    reponse = client.post(url_de(version, moyen), saisie(moyen, responsable="x"), **JSON)
    assert reponse.status_code == code
    assert reponse.json()["erreur"]
    moyen.refresh_from_db()
    assert moyen.responsable == "Corporation fictive"


def test_une_ressource_de_territoire_enregistre_chez_elle_seulement(
    cadre, version, moyen, ressource, agente, client_de
):
    locale = fabriques.ajouter_priorite(version, agente, titre="Chez nous", palier="local")
    Priorite.objects.get(pk=locale.pk).territoires.set([cadre.bsl.territoires.get(code="07")])
    client = client_de(ressource)
    donnees = {
        "titre": "Chez nous, mieux",
        "palier": "local",
        "territoires": [cadre.bsl.territoires.get(code="07").pk],
        "revision": locale.revision,
    }
    assert client.post(url_de(version, locale), donnees, **JSON).status_code == 200
    ailleurs = donnees | {"territoires": [cadre.bsl.territoires.get(code="08").pk], "revision": 2}
    assert client.post(url_de(version, locale), ailleurs, **JSON).status_code == 400
    assert client.post(url_de(version, moyen), saisie(moyen), **JSON).status_code == 403


def test_une_seance_expiree_et_un_plan_depose_se_disent_en_json(cadre, agente, client_de):
    version = fabriques.version_deposee(cadre.bsl)
    moyen = Moyen.objects.get(objectif__priorite__version=version)
    expiree = Client().post(url_de(version, moyen), saisie(moyen), **JSON)
    assert expiree.status_code == 401
    assert expiree.json()["connexion"] == reverse("account_login")
    fermee = client_de(agente).post(url_de(version, moyen), saisie(moyen, responsable="x"), **JSON)
    assert fermee.status_code == 403
    assert "ne se modifie plus" in fermee.json()["erreur"]
    moyen.refresh_from_db()
    assert moyen.responsable == "Corporation fictive"


def test_les_deux_pages_disent_ou_se_reconnecter(version, moyen, agente, client_de):
    client = client_de(agente)
    for adresse in (
        url_de(version, moyen, "carte"),
        reverse("plans:section", args=[version.pk, "1d"]),
    ):
        page = client.get(adresse).text
        assert f'data-connexion="{reverse("account_login")}"' in page
        assert "data-session-fin=" in page
        assert "data-sauvegarde-etat" in page
        assert "data-modifie" not in page


def test_une_carte_neuve_ou_fermee_ne_s_enregistre_pas_seule(version, moyen, agente, lectrice, client_de):
    neuve = client_de(agente).get(reverse("plans:priorite_ajout", args=[version.pk])).text
    assert "data-sauvegarde=" not in neuve
    assert "data-quitter" in neuve
    assert "data-sauvegarde=" not in client_de(lectrice).get(url_de(version, moyen, "carte")).text


def test_la_presence_dit_qui_a_enregistre_une_carte(cadre, version, moyen, agente, client_de):
    autre = fabriques.personne("coordination", cadre.bsl, "Denis", "Lavoie")
    adresse = reverse("plans:presence", args=[version.pk, f"moyen-{moyen.cle}"])
    vue = {"revision": moyen.revision}
    moyen.enregistrer(par=autre, revision=moyen.revision)
    assert client_de(agente).post(adresse, vue).json()["enregistree_par"] == "Denis L."
    assert client_de(autre).post(adresse, vue).json()["enregistree_par"] is None
    moyen.supprimer(par=autre)
    assert client_de(agente).post(adresse, vue).json()["enregistree_par"] is None
    inconnue = reverse("plans:presence", args=[version.pk, f"moyen-{uuid.uuid4()}"])
    assert client_de(agente).post(inconnue, vue).json()["enregistree_par"] is None
    fausse = reverse("plans:presence", args=[version.pk, "moyen-123"])
    assert client_de(agente).post(fausse, vue).status_code == 404
