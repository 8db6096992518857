"""Ce que l'on tape de travers ou de mauvaise foi : refusé en français, rien de perdu, rien d'exécuté."""

import uuid

import pytest
from django.urls import reverse

from alliances.plans.models import Moyen, Priorite
from tests import fabriques
from tests.outils.partage import partagee
from tests.plans.test_cartes import saisie_de_moyen

ATTAQUE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}'


def url(version, nom, *args):
    return reverse(f"plans:{nom}", args=[version.pk, *args])


@partagee
def version(cadre, agente):
    return fabriques.plan_pret(cadre.bsl)


@partagee
def moyen(version):
    return version.priorites.get().objectifs.get().moyens.get()


def test_le_html_dans_chaque_champ_reste_du_texte(version, moyen, agente, client_de):
    client = client_de(agente)
    priorite, objectif, indicateur = moyen.objectif.priorite, moyen.objectif, moyen.indicateurs.get()
    envois = {
        priorite: {
            "titre": ATTAQUE,
            "palier": "regional",
            "tous": "on",
            "raison": ATTAQUE,
            "changement": ATTAQUE,
            "articulation": ATTAQUE,
            "revision": priorite.revision,
        },
        objectif: {"titre": ATTAQUE, "revision": objectif.revision},
        moyen: saisie_de_moyen(
            moyen,
            description=ATTAQUE,
            population=ATTAQUE,
            resultat_attendu=ATTAQUE,
            responsable=ATTAQUE,
            **{"collaborateurs-0-nom": ATTAQUE, "collaborateurs-0-contribution": ATTAQUE},
        ),
        indicateur: {"nom": ATTAQUE, "unite": ATTAQUE[:60], "precision": ATTAQUE, "revision": 1},
    }
    for element, donnees in envois.items():
        reponse = client.post(url(version, "carte", element.objet, element.cle), donnees)
        assert reponse.status_code == 302, reponse.context["form"].errors
    section = version.sections.get(code="1a")
    client.post(
        url(version, "section", "1a"), {"texte": ATTAQUE, "terminee": "non", "revision": section.revision}
    )
    client.post(
        url(version, "contact"),
        {"nom": ATTAQUE, "fonction": ATTAQUE, "courriel": "a@b.example", "telephone": ATTAQUE[:30]},
    )
    pages = [url(version, nom) for nom in ("tableau", "priorites", "verification", "contact", "depot")]
    pages += [url(version, "section", "1a"), url(version, "carte", "moyen", moyen.cle)]
    pages += [url(version, "suppression", "moyen", moyen.cle)]
    for page in pages:
        texte = client.get(page).text
        assert "<script>alert" not in texte, page
        assert "<img" not in texte, page
    assert "{{ 7|add:7 }}" in client.get(url(version, "priorites")).text


@pytest.mark.parametrize("texte, code", [("mot " * 50_000, 302), ("x" * 200_001, 200)])
def test_deux_cents_kilo_octets_se_gardent_et_pas_un_de_plus(version, agente, client_de, texte, code):
    section = version.sections.get(code="1a")
    reponse = client_de(agente).post(
        url(version, "section", "1a"), {"texte": texte, "terminee": "non", "revision": section.revision}
    )
    assert reponse.status_code == code
    if code == 200:
        assert "trop long" in reponse.text
        assert texte[:1000] in reponse.text


@pytest.mark.parametrize(
    "champs, fautif",
    [
        ({"personnes_visees": "-3"}, "personnes_visees"),
        ({"personnes_visees": "deux"}, "personnes_visees"),
        ({"personnes_visees": "12,5"}, "personnes_visees"),
        ({"personnes_visees": "9" * 30}, "personnes_visees"),
        ({"debut": "2019-01-01"}, "debut"),
        ({"fin": "2099-01-01"}, "fin"),
        ({"fin": "2025-03-31", "debut": "2025-04-01"}, "fin"),
        ({"fin": "31/02/2026"}, "fin"),
        ({"description": ""}, "description"),
        ({"description": "x" * 2001}, "description"),
        ({"population": "x" * 301}, "population"),
    ],
)
def test_une_valeur_impossible_est_refusee_et_reste_a_l_ecran(
    version, moyen, agente, client_de, champs, fautif
):
    page = client_de(agente).post(url(version, "carte", "moyen", moyen.cle), saisie_de_moyen(moyen, **champs))
    assert page.status_code == 200
    assert fautif in page.context["form"].errors
    for valeur in champs.values():
        assert valeur[:300] in page.text
    moyen.refresh_from_db()
    assert moyen.revision == 1


@pytest.mark.parametrize("ecrit", ["1 600", "1\u00a0600", "1\u202f600", " 1600 "])
def test_un_nombre_avec_des_espaces_est_compris(version, moyen, agente, client_de, ecrit):
    donnees = saisie_de_moyen(moyen, personnes_visees=ecrit)
    assert client_de(agente).post(url(version, "carte", "moyen", moyen.cle), donnees).status_code == 302
    moyen.refresh_from_db()
    assert moyen.personnes_visees == 1600


def test_le_territoire_et_la_thematique_d_ailleurs_sont_refuses(cadre, version, moyen, agente, client_de):
    ailleurs = cadre.lanaudiere.territoires.first()
    donnees = saisie_de_moyen(moyen, territoires=[ailleurs.pk])
    del donnees["tous"]
    page = client_de(agente).post(url(version, "carte", "moyen", moyen.cle), donnees)
    assert "territoires" in page.context["form"].errors
    priorite = moyen.objectif.priorite
    page = client_de(agente).post(
        url(version, "carte", "priorite", priorite.cle),
        {"titre": "x", "palier": "national", "thematique": 99_999, "revision": priorite.revision},
    )
    assert set(page.context["form"].errors) == {"palier", "thematique"}
    assert {t.pk for t in moyen.territoires.all()} == {t.pk for t in cadre.bsl.territoires.all()}


def test_la_cle_d_une_autre_alliance_ne_s_ouvre_pas_dans_mon_plan(cadre, version, agente, client_de):
    ailleurs = fabriques.plan_pret(cadre.lanaudiere)
    moyen = Moyen.objects.get(objectif__priorite__version=ailleurs)
    client = client_de(agente)
    for nom in ("carte", "ajout", "suppression"):
        assert client.get(url(version, nom, "moyen", moyen.cle)).status_code == 404, nom
    for nom in ("carte", "deplacement", "double", "suppression", "retablissement"):
        adresse = url(version, nom, "moyen", moyen.cle)
        assert client.post(adresse, {"sens": "monter"}).status_code == 404, nom
    assert Moyen.objects.get(pk=moyen.pk).supprime_le is None


def test_une_adresse_inventee_est_introuvable(version, agente, client_de):
    client = client_de(agente)
    for objet in ("moyen", "collaborateur", "version", "__class__"):
        assert client.get(url(version, "carte", objet, uuid.uuid4())).status_code == 404
        assert client.get(url(version, "ajout", objet, uuid.uuid4())).status_code == 404
    indicateur = version.priorites.get().objectifs.get().moyens.get().indicateurs.get()
    assert client.get(url(version, "ajout", "indicateur", indicateur.cle)).status_code == 404


def test_une_revision_absente_ou_inventee_n_ecrase_rien(version, moyen, agente, client_de):
    for revision in ("", "0", "999", "abc", "-1"):
        donnees = saisie_de_moyen(moyen, responsable="Écrasé", revision=revision)
        reponse = client_de(agente).post(url(version, "carte", "moyen", moyen.cle), donnees)
        assert reponse.status_code in (200, 409), revision
    section = version.sections.get(code="1a")
    for revision in ("", "0", "999", "abc"):
        donnees = {"texte": "Écrasé", "terminee": "non", "revision": revision}
        assert client_de(agente).post(url(version, "section", "1a"), donnees).status_code in (200, 409)
    moyen.refresh_from_db()
    section.refresh_from_db()
    assert moyen.responsable == "Corporation fictive"
    assert section.texte == fabriques.TEXTE


@pytest.mark.parametrize("total", ["", "abc", "-5", "100000"])
def test_un_compte_de_lignes_invente_ne_fait_pas_tomber_la_page(version, moyen, agente, client_de, total):
    donnees = saisie_de_moyen(moyen) | {"collaborateurs-TOTAL_FORMS": total}
    for autres in ({}, {"ajouter_ligne": "1"}):
        reponse = client_de(agente).post(url(version, "carte", "moyen", moyen.cle), donnees | autres)
        assert reponse.status_code in (200, 302)


def test_un_caractere_nul_ne_passe_pas(version, agente, client_de):
    client_de(agente).post(url(version, "priorite_ajout"), {"titre": "Un\x00titre", "palier": "regional"})
    assert "\x00" not in Priorite.objects.latest("pk").titre
    assert Priorite.objects.count() == 2


def test_le_contact_modifie_par_un_autre_n_est_pas_ecrase(cadre, version, agente, client_de):
    client = client_de(agente)
    vu = client.get(url(version, "contact")).context["form"]["revision"].value()
    cadre.bsl.contacts.update(nom="Nouvelle personne")
    donnees = {
        "nom": "Moi",
        "fonction": "F",
        "courriel": "a@b.example",
        "telephone": "418 555-0100",
        "revision": vu,
    }
    page = client.post(url(version, "contact"), donnees)
    assert "Nouvelle personne" in page.text
    assert cadre.bsl.contacts.get().nom == "Nouvelle personne"
    nouveau = page.context["form"]["revision"].value()
    assert client.post(url(version, "contact"), donnees | {"revision": nouveau}).status_code == 302
    assert cadre.bsl.contacts.get().nom == "Moi"
    assert fabriques.relire(version).contenu()["contact"]["nom"] == "Moi"
