"""La page d'un protocole : à qui le tour, l'argent au cent, les signatures de chaque tour, le texte scellé."""

from datetime import timedelta

import pytest
from django.urls import reverse

from projets.protocoles.models import Protocole, RapportRecu
from socle.texte.typographie import date_longue
from socle.valeurs.argent import en_dollars
from socle.valeurs.horloge import a_l_instant, aujourd_hui, jour_de
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f
from tests.projets.protocoles.test_etats import a_l_etat

pytestmark = pytest.mark.django_db
AU_PLUS = 12


def adresse(protocole):
    return reverse("protocoles:protocole", args=[protocole.pk])


@pytest.mark.parametrize("etat", Protocole.Etat.values)
def test_a_chaque_etat_la_page_se_lit_et_dit_le_tour(etat, acceptee, agente, signataire, equipe, client_de):
    protocole = f.relire(a_l_etat(etat, acceptee, signataire, equipe[1]))
    page = client_de(agente).get(adresse(protocole))
    assert_html_accessible(page)
    assert protocole.get_etat_display() in page.text
    assert page.context["tour"].quoi in page.text
    assert "18\xa0000,01\xa0$" in page.text


@pytest.mark.parametrize("etat", Protocole.Etat.values)
def test_l_organisme_lit_ce_qu_on_lui_a_transmis_et_l_etrangere_rien(
    etat, acceptee, signataire, equipe, etrangere, mess, client_de
):
    protocole = a_l_etat(etat, acceptee, signataire, equipe[1])
    lu = etat in ("transmis", "signe", "clos", "resilie")
    page = client_de(equipe[1]).get(adresse(protocole))
    assert page.status_code == (200 if lu else 404)
    assert "Protocole modifié" not in page.text
    assert client_de(etrangere).get(adresse(protocole)).status_code == 404
    assert client_de(mess).get(adresse(protocole)).status_code == 200


def test_ce_qui_manque_mene_ou_le_corriger_pour_qui_prepare(acceptee, agente, mess, client_de):
    protocole = f.prepare(acceptee, agente)
    echeancier = reverse("protocoles:echeancier", args=[protocole.pk])
    assert f'href="{echeancier}#versement-1"' in client_de(agente).get(adresse(protocole)).text
    page = client_de(mess).get(adresse(protocole)).text
    assert "les versements font" in page
    assert echeancier not in page


def test_ce_qui_reste_a_faire_suit_ce_qui_manque(acceptee, agente, client_de):
    protocole = f.prepare(acceptee, agente)
    assert "Régler ce qui manque, puis le transmettre" in client_de(agente).get(adresse(protocole)).text
    f.avec_echeancier(protocole, agente)
    assert "Relire le protocole, puis le transmettre" in client_de(agente).get(adresse(protocole)).text


def test_l_histoire_dit_quel_versement_par_quoi_et_ce_qu_il_permet(signe, agente, client_de):
    page = client_de(agente).get(adresse(signe))
    premiere, lues = signe.tranches.first(), {ligne["geste"]: ligne for ligne in page.context["vie"].histoire}
    libere = lues["Versement 1 libéré par la signature"]
    assert libere["apres"] == f"{en_dollars(premiere.montant)}, que les finances peuvent verser"
    assert page.text.count(signe.instantane().empreinte) == 1
    premiere.annuler(par=agente, **f.appui(), motif="Coût réel moindre.")
    page = client_de(agente).get(adresse(signe))
    lues = {ligne["geste"]: ligne for ligne in page.context["vie"].histoire}
    assert lues["Versement 1 annulé"]["apres"].endswith(", qui retournent à l’enveloppe")


def test_resilie_il_dit_quand_elle_s_arrete_et_rien_n_y_est_en_retard(signe, signataire, agente, client_de):
    with a_l_instant(signe.prepare_le + timedelta(days=40)):
        f.relire(signe).resilier(par=signataire, motif="Elle cesse.", demandee="table", **f.appui())
    with a_l_instant(signe.prepare_le + timedelta(days=400)):
        page = client_de(agente).get(adresse(signe))
        vie = page.context["vie"]
        assert all(genre != "retard" for rangee in vie.rangees for genre, _ in rangee.points)
    arret = jour_de(f.relire(signe).resilie_le)
    assert f"au {date_longue(min(arret, signe.fin))}" in page.text
    assert "Elle devait finir le" in page.text


def test_les_gestes_sont_ceux_de_l_etat_et_du_role(acceptee, agente, mess, client_de):
    protocole = f.avec_echeancier(f.prepare(acceptee, agente), agente)
    libelles = [libelle for libelle, *_ in client_de(agente).get(adresse(protocole)).context["gestes"]]
    assert libelles[:2] == ["Transmettre pour signature", "Écrire l’échéancier"]
    assert client_de(mess).get(adresse(protocole)).context["gestes"] == []
    protocole.transmettre(par=agente)
    libelles = [libelle for libelle, *_ in client_de(agente).get(adresse(protocole)).context["gestes"]]
    assert "Reprendre en préparation" in libelles
    assert "Écrire l’échéancier" not in libelles


def test_le_texte_scelle_ne_suit_pas_ce_qui_change_ensuite(transmis, agente, client_de):
    organisme = transmis.initiative.organisme
    nom = organisme.nom
    organisme.adresse = "12, rue Neuve"
    organisme.save()
    page = client_de(agente).get(adresse(transmis))
    assert nom in page.text
    assert "12, rue Neuve" not in page.text


def test_les_signatures_de_chaque_transmission_restent(transmis, agente, signataire, client_de):
    f.signer(transmis, "alliance", signataire)
    transmis.reprendre(par=agente, motif="Une date est fausse.")
    f.relire(transmis).transmettre(par=agente)
    page = client_de(agente).get(adresse(transmis))
    assert_html_accessible(page)
    assert "Transmission 1" in page.text
    assert page.context["vie"].manquent == ["alliance", "organisme"]
    assert "Odile Castonval" in page.text


def test_l_argent_de_la_page_fait_l_accorde_au_cent(signe, agente, signataire, client_de):
    payee = signe.tranches.select_related("protocole__initiative").get(rang=1)
    f.payer(payee, signataire)
    recu = {"attendu_le": signe.rapport_final_le, "quoi": "Rapport final", "recu_le": aujourd_hui()}
    RapportRecu.inscrire(f.a_terme(signe), par=agente, depense=9000, **recu).accepter(par=signataire)
    page = client_de(agente).get(adresse(signe))
    assert_html_accessible(page)
    argent = page.context["argent"]
    assert argent.verse == payee.montant
    assert argent.verse + argent.a_verser + argent.retenu + argent.libere == argent.accorde
    assert "9\xa0000,00\xa0$" in page.text
    assert "V-1" in page.text


@pytest.mark.parametrize("etat", Protocole.Etat.values)
def test_douze_requetes_au_plus(
    etat, acceptee, agente, signataire, equipe, client_de, django_assert_max_num_queries
):
    protocole = a_l_etat(etat, acceptee, signataire, equipe[1])
    client = client_de(agente)
    client.get(adresse(protocole))
    with django_assert_max_num_queries(AU_PLUS):
        client.get(adresse(protocole))
