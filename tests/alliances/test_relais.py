"""Passer le relais dans le navigateur : voir ce qui part, confirmer, prévenir la personne qui arrive."""

import pytest
from django.core import mail

from alliances.models import Mandat, Role
from socle.models import Notification, Utilisateur
from tests.alliances.pages import adresse, ouvrir, texte
from tests.fabriques import mandater, personne
from tests.outils.html_accessible import assert_html_accessible


@pytest.fixture
def saisie(agente):
    return {
        "sortante": agente.pk,
        "courriel": "lou@exemple.test",
        "prenom": "Lou",
        "nom": "Bélanger",
        "motif": "Congé",
    }


def test_le_relais_se_fait_en_deux_temps(
    cadre, agente, saisie, client_de, django_capture_on_commit_callbacks
):
    mandater(agente, Role.SIGNATURE, alliance=cadre.bsl)
    client = client_de(agente)
    assert "Mandats ouverts" in texte(ouvrir(client, "relais", cadre.bsl.slug))
    confirmation = client.post(adresse("relais", cadre.bsl.slug), saisie)
    assert_html_accessible(confirmation)
    attendues = (
        "Lou Bélanger",
        "Coordination –",
        "Signature –",
        "C’est votre propre mandat",
        "Ouvrir le plan",
    )
    for phrase in attendues:
        assert phrase in texte(confirmation)
    assert not Utilisateur.objects.filter(courriel="lou@exemple.test").exists()
    with django_capture_on_commit_callbacks(execute=True):
        suite = client.post(adresse("relais", cadre.bsl.slug), saisie | {"confirme": "1"})
    assert suite.url == adresse("liste")
    entrante = Utilisateur.objects.get(courriel="lou@exemple.test")
    assert cadre.bsl.roles_de(entrante) == {
        Role.COORDINATION
    }  # la signature, qui lie, attend une seconde personne
    assert cadre.bsl.roles_de(Utilisateur.objects.get(pk=agente.pk)) == set()
    assert {courriel.to[0] for courriel in mail.outbox} == {"lou@exemple.test"}
    assert "Le relais est passé" in texte(client.get(suite.url))
    assert client.get(adresse("relais", cadre.bsl.slug)).status_code == 404


def test_le_relais_d_une_autre_personne_garde_l_acces(cadre, agente, lectrice, saisie, client_de):
    client = client_de(agente)
    suite = client.post(
        adresse("relais", cadre.bsl.slug), saisie | {"sortante": lectrice.pk, "confirme": "1"}
    )
    assert suite.url == adresse("mandats")
    assert not Mandat.objects.en_vigueur().filter(utilisateur=lectrice).exists()


def test_un_role_qui_lie_dit_qu_il_attend_une_seconde_personne_et_l_appelle(
    cadre, agente, signataire, lectrice, saisie, client_de, django_capture_on_commit_callbacks
):
    """Les finances partent : la page le dit avant, la personne qui arrive est invitée, la signature est appelée."""
    client, envoi = client_de(agente), saisie | {"sortante": lectrice.pk}
    confirmation = client.post(adresse("relais", cadre.bsl.slug), envoi)
    assert_html_accessible(confirmation)
    assert "confirmé par une autre personne que vous" in " ".join(texte(confirmation).split())
    with django_capture_on_commit_callbacks(execute=True):
        suite = client.post(adresse("relais", cadre.bsl.slug), envoi | {"confirme": "1"})
    assert [courriel.to for courriel in mail.outbox if "lou@exemple.test" in courriel.to] == [
        ["lou@exemple.test"]
    ]
    arrivante = Mandat.objects.get(utilisateur__courriel="lou@exemple.test")
    assert arrivante.est_a_confirmer
    appel = Notification.objects.get(cle=f"mandat-a-confirmer:{arrivante.pk}", destinataire=signataire)
    assert "à confirmer" in appel.titre
    assert "attend d’être confirmé par une autre personne" in texte(client.get(suite.url))


def test_deux_mandats_remis_font_une_seule_invitation(
    cadre, agente, saisie, client_de, django_capture_on_commit_callbacks
):
    mandater(agente, Role.SIGNATURE, alliance=cadre.bsl)
    with django_capture_on_commit_callbacks(execute=True):
        client_de(agente).post(adresse("relais", cadre.bsl.slug), saisie | {"confirme": "1"})
    assert [courriel.to for courriel in mail.outbox].count(["lou@exemple.test"]) == 1


def test_on_ne_se_passe_pas_le_relais_a_soi_meme(cadre, agente, saisie, client_de):
    reponse = client_de(agente).post(
        adresse("relais", cadre.bsl.slug), saisie | {"courriel": agente.courriel.upper()}
    )
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert "sont la même" in texte(reponse)
    assert "Congé" in texte(reponse)


def test_une_personne_d_une_autre_alliance_ne_part_pas_d_ici(cadre, agente, etrangere, saisie, client_de):
    reponse = client_de(agente).post(
        adresse("relais", cadre.bsl.slug), saisie | {"sortante": etrangere.pk, "confirme": "1"}
    )
    assert reponse.status_code == 200
    assert Mandat.objects.en_vigueur().filter(utilisateur=etrangere).exists()


def test_un_compte_que_le_relais_refuse_le_dit(cadre, agente, saisie, client_de):
    """La même adresse, autrement écrite, désigne la même personne : le geste refuse, la page le dit."""
    agente.courriel = "Camille@Alliances.example"
    agente.save()
    envoi = saisie | {"courriel": "camille@alliances.example", "confirme": "1"}
    reponse = client_de(agente).post(adresse("relais", cadre.bsl.slug), envoi)
    assert "sont la même" in texte(reponse)
    assert cadre.bsl.roles_de(Utilisateur.objects.get(pk=agente.pk)) == {Role.COORDINATION}


def test_un_compte_desactive_ne_recoit_rien(cadre, agente, etrangere, saisie, client_de):
    etrangere.is_active = False
    etrangere.save()
    reponse = client_de(agente).post(
        adresse("relais", cadre.bsl.slug), saisie | {"courriel": etrangere.courriel, "confirme": "1"}
    )
    assert "Ce compte est désactivé" in texte(reponse)
    assert cadre.bsl.roles_de(Utilisateur.objects.get(pk=agente.pk)) == {Role.COORDINATION}


def test_l_administration_passe_le_relais_d_une_personne_partie(cadre, agente, saisie, client_de):
    client = client_de(personne(Role.ADMINISTRATION))
    ouvrir(client, "relais", cadre.bsl.slug)
    assert client.post(adresse("relais", cadre.bsl.slug), saisie | {"confirme": "1"}).url == adresse(
        "mandats"
    )


@pytest.mark.parametrize("qui", ["signataire", "lectrice", "analyste", "mess"])
def test_les_autres_roles_apprennent_qui_passe_le_relais(request, cadre, client_de, qui):
    reponse = client_de(request.getfixturevalue(qui)).get(adresse("relais", cadre.bsl.slug))
    assert reponse.status_code == 403
    assert "Le relais se passe par" in texte(reponse)
