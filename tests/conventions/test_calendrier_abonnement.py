"""L'agenda : ce qui est annulé s'en retire, les versements y sont, et l'adresse d'abonnement se révoque."""

from datetime import date

import pytest
from django.urls import reverse

from alliances.models import Mandat
from conventions.models import AbonnementCalendrier, Convention, EcheanceVersement, Obligation
from socle.erreurs import TransitionInterdite
from socle.valeurs.horloge import aujourd_hui
from tests.conventions import versements as v
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
PAGE, REVOCATION = reverse("conventions:abonnement"), reverse("conventions:abonnement_revocation")


@partagee
def convention(cadre):
    convention = v.convention_signee(cadre.bsl)
    Obligation.generer(convention, par=None)
    return convention


def evenement(texte, objet):
    sorte = "versement" if isinstance(objet, EcheanceVersement) else "obligation"
    debut = texte.index(f"UID:{sorte}-{objet.pk}@")
    return texte[debut:].split("END:VEVENT")[0].replace("\r\n ", "")


def agenda(client, convention):
    return client.get(reverse("conventions:obligations_ics", args=[convention.pk])).text


def test_les_versements_sont_a_l_agenda_avec_leur_somme_et_un_rappel(convention, agente, client_de):
    lu = evenement(agenda(client_de(agente), convention), v.premiere(convention))
    assert "SUMMARY:1er versement\\, 2025-2026\\, 70\xa0000\\,00\xa0$ – Alliance" in lu
    assert "TRIGGER:-P7D" in lu
    assert "STATUS:CONFIRMED" in lu


def test_ce_qui_est_annule_le_dit_a_l_agenda_et_ne_sonne_plus(convention, agente, approbation, client_de):
    rapport = convention.obligations.get(nature="rapport_annuel", an=2025)
    Obligation.objects.filter(pk=rapport.pk).update(annulee_le=aujourd_hui())
    v.premiere(convention).annuler(par=approbation, motif="Avenant 1")
    client = client_de(agente)
    for texte in (agenda(client, convention), client.get(reverse("conventions:calendrier_ics")).text):
        lu = evenement(texte, rapport)
        assert "STATUS:CANCELLED" in lu
        assert "SEQUENCE:1" in lu
        assert "VALARM" not in lu
    assert "STATUS:CANCELLED" in evenement(agenda(client, convention), v.premiere(convention))


def test_une_convention_resiliee_retire_de_l_agenda_ce_qui_restait(
    convention, agente, approbation, client_de
):
    convention.obligations.update(echeance=date(2030, 6, 30))
    v.versee(convention)
    convention.resilier(
        par=approbation, fermee_le=aujourd_hui(), motif="La Table se dissout.", reglement="Rien."
    )
    texte = agenda(client_de(agente), convention)
    assert "STATUS:CONFIRMED" in evenement(texte, v.premiere(convention))
    for objet in (v.premiere(convention, 2), convention.obligations.get(nature="rapport_final")):
        assert "STATUS:CANCELLED" in evenement(texte, objet)


def test_l_adresse_d_abonnement_se_lit_sans_connexion_et_suit_les_droits(
    convention, agente, client_de, client
):
    page = client_de(agente).get(PAGE)
    assert_html_accessible(page)
    page = client_de(agente).post(PAGE, follow=True)
    assert_html_accessible(page)
    adresse = page.context["adresse_secrete"]
    assert adresse.startswith("http://testserver/conventions/calendrier/abonnement/")
    reponse = client.get(adresse)
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:versement-{v.premiere(convention).pk}@" in reponse.text
    assert "UID:obligation-" in reponse.text
    Mandat.objects.filter(utilisateur=agente).update(fin=date(2026, 1, 1))
    assert "UID:" not in client.get(adresse).text


def test_une_convention_en_preparation_n_est_pas_a_l_agenda(convention, mess, client):
    Convention.objects.filter(pk=convention.pk).update(
        etat="preparation", transmise_le=None, transmise_par=None, signee_le=None
    )
    cle = AbonnementCalendrier.de(mess).ouvrir(par=mess).cle
    assert "UID:versement" not in client.get(reverse("conventions:abonnement_ics", args=[cle])).text


def test_une_adresse_revoquee_ne_repond_plus_jamais(convention, agente, client_de, client):
    connectee = client_de(agente)
    premiere = connectee.post(PAGE, follow=True).context["adresse_secrete"]
    assert_html_accessible(connectee.get(REVOCATION))
    connectee.post(REVOCATION)
    assert client.get(premiere).status_code == 404
    seconde = connectee.post(PAGE, follow=True).context["adresse_secrete"]
    assert seconde != premiere
    assert [client.get(adresse).status_code for adresse in (premiere, seconde)] == [404, 200]
    agente.is_active = False
    agente.save()
    assert client.get(seconde).status_code == 404


@pytest.mark.parametrize("cle", ["x", "x:y", "W10:abc"])
def test_une_fausse_adresse_ne_dit_rien(client, cle):
    assert client.get(reverse("conventions:abonnement_ics", args=[cle])).status_code == 404


def test_une_seule_adresse_a_la_fois(agente):
    actuel = AbonnementCalendrier.de(agente)
    with pytest.raises(TransitionInterdite, match="pas d’adresse à révoquer"):
        actuel.revoquer(par=agente)
    actuel.ouvrir(par=agente)
    with pytest.raises(TransitionInterdite, match="a déjà une adresse"):
        actuel.ouvrir(par=agente)
