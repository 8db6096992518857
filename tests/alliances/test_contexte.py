"""Changer de mandat : un choix d'affichage, jamais de droits."""

from alliances.models import Mandat, Organisme, Role
from alliances.models.mandats import droits_de
from alliances.models.releve import nommer, terminer
from tests.alliances.pages import adresse, ouvrir, texte
from tests.fabriques import mandater
from tests.outils.html_accessible import assert_html_accessible


def test_le_premier_mandat_vaut_par_defaut(cadre, agente, client_de):
    page = ouvrir(client_de(agente), "contexte")
    assert page.wsgi_request.mandat == Mandat.objects.get(utilisateur=agente)


def test_le_plus_ancien_mandat_vaut_par_defaut_quel_que_soit_son_role(cadre, ressource, client_de):
    matapedia = Mandat.objects.get(utilisateur=ressource).territoire
    mrc = Organisme.objects.create(nom="MRC de La Matapédia", forme="municipal", territoire=matapedia)
    nommer(ressource, Role.PORTEUR, par=None, organisme=mrc)
    page = ouvrir(client_de(ressource), "contexte")
    assert page.wsgi_request.mandat.role == Role.TERRITOIRE


def test_le_choix_se_garde_et_les_droits_restent(cadre, agente, client_de):
    second = mandater(agente, Role.SIGNATURE, alliance=cadre.lanaudiere)
    client = client_de(agente)
    assert "Signature – Alliance – Lanaudière" in texte(ouvrir(client, "contexte"))
    assert client.post(adresse("contexte"), {"mandat": second.pk}).status_code == 302
    page = ouvrir(client, "contexte")
    assert page.wsgi_request.mandat == second
    assert droits_de(page.wsgi_request.user).roles == {Role.COORDINATION, Role.SIGNATURE}
    assert client.get(adresse("fiche", cadre.bsl.slug)).status_code == 200


def test_le_mandat_d_une_autre_personne_ne_se_choisit_pas(cadre, agente, etrangere, client_de):
    client = client_de(agente)
    reponse = client.post(adresse("contexte"), {"mandat": Mandat.objects.get(utilisateur=etrangere).pk})
    assert reponse.status_code == 200
    assert_html_accessible(reponse)
    assert "mandat" not in client.session


def test_un_mandat_perdu_en_cours_de_seance_ne_vaut_plus(cadre, agente, client_de):
    second = mandater(agente, Role.SIGNATURE, alliance=cadre.lanaudiere)
    client = client_de(agente)
    client.post(adresse("contexte"), {"mandat": second.pk})
    terminer(second, par=agente)
    page = ouvrir(client, "contexte")
    assert page.wsgi_request.mandat.role == Role.COORDINATION
    assert "mandat" not in client.session
    assert client.get(adresse("fiche", cadre.lanaudiere.slug)).status_code == 404


def test_sans_mandat_la_page_dit_a_qui_s_adresser(cadre, django_user_model, client_de):
    inconnue = django_user_model.objects.create_user("i@alliances.example", prenom="I", nom="N")
    page = ouvrir(client_de(inconnue), "contexte")
    assert "aucun mandat" in texte(page)
    assert not page.wsgi_request.mandat
