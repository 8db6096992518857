"""L'espace d'un territoire : son enveloppe, ses appels, ce qui l'attend et ses initiatives; qui y entre."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projets.models import EtapeInitiative
from projets.models.avis import prochaine_etape
from socle.annonces.attentes import taches
from tests import fabriques
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee
from tests.projets import fabriques as p
from tests.projets.retenues import retenue
from tests.test_pages import REQUETES_AU_PLUS

pytestmark = pytest.mark.django_db


@partagee
def vallee(cadre):
    return cadre.bsl.territoires.get(nom="La Matapédia")


def lire(client, territoire):
    page = client.get(reverse("projets:territoire", args=[territoire.pk]))
    assert page.status_code == 200
    return page


def test_son_enveloppe_dit_ce_qui_y_est_alloue_employe_et_disponible(
    cadre, vallee, enveloppes, agente, ressource, client_de
):
    sienne = enveloppes["La Matapédia"]
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={sienne: D(100_000)})
    retenue(appel, agente, "Cuisines", ou=[vallee], montants={sienne: 12_000})
    (ligne,) = lire(client_de(ressource), vallee).context["enveloppes"]
    assert (ligne["exercice"].an, ligne["montants"][1]) == (2026, D("12000.00"))
    assert ligne["disponible"] == ligne["alloue"] - D("12000.00")
    assert client_de(ressource).get(ligne["url"]).status_code == 200


def test_un_territoire_sans_enveloppe_le_lit_en_toutes_lettres(cadre, vallee, ressource, client_de):
    assert "Aucune enveloppe ne porte le nom de ce territoire" in lire(client_de(ressource), vallee).text


def test_ses_appels_et_ceux_de_l_alliance_y_sont_pas_ceux_d_une_autre_mrc(
    cadre, vallee, enveloppes, agente, ressource, client_de
):
    autre = cadre.bsl.territoires.exclude(pk=vallee.pk).first()
    for titre, territoire in (("De tous", None), ("D’ici", vallee), ("D’ailleurs", autre)):
        p.appel_en_preparation(cadre.bsl, agente, titre=titre, territoire=territoire)
    lus = {appel.titre for appel, _ in lire(client_de(agente), vallee).context["appels"]}
    assert lus == {"De tous", "D’ici"}


def test_l_avis_et_la_decision_de_ses_instances_l_attendent(admissible, vallee, agente, ressource, client_de):
    client = client_de(ressource)
    assert lire(client, vallee).context["attendent"] == []
    etape = prochaine_etape(admissible)
    instance = etape.instance
    instance.territoire = vallee
    instance.save()
    EtapeInitiative.objects.filter(pk=etape.pk).update(instance=instance)
    page = lire(client, vallee)
    [(initiative, geste, url)] = page.context["attendent"]
    assert (initiative.pk, geste) == (admissible.pk, "Inscrire l’avis")
    assert url == reverse("projets:initiative", args=[admissible.pk])
    ailleurs = admissible.alliance.territoires.exclude(pk=vallee.pk).first()
    assert lire(client, ailleurs).context["attendent"] == []


def test_qui_le_tient_lit_d_abord_ce_qui_l_attend(admissible, vallee, agente, ressource, client_de):
    etape = prochaine_etape(admissible)
    type(etape.instance).objects.filter(pk=etape.instance_id).update(territoire=vallee)
    attendues = taches(ressource)
    page = lire(client_de(ressource), vallee)
    assert page.context["vous"] == {"nombre": len(attendues), "retards": sum(t.retards for t in attendues)}
    assert len(attendues) == 1
    assert f'<a href="{reverse("pilotage:attentes")}">1 dossier</a>' in page.text
    assert lire(client_de(agente), vallee).context["vous"] is None


def test_ses_initiatives_se_comptent_par_etat_et_ouvrent_leur_liste(
    cadre, vallee, enveloppes, agente, ressource, client_de
):
    region, ailleurs = enveloppes["Projets régionaux"], cadre.bsl.territoires.exclude(pk=vallee.pk).first()
    appel = p.appel_ouvert(cadre.bsl, par=agente, partage={region: D(100_000)})
    retenue(appel, agente, "Ici", ou=[vallee], montants={region: 100})
    retenue(appel, agente, "Les deux", ou=[vallee, ailleurs], montants={region: 100}, etat="en_cours")
    retenue(appel, agente, "Là-bas", ou=[ailleurs], montants={region: 100})
    client = client_de(ressource)
    page = lire(client, vallee)
    lues = {
        etat.libelle: (nombre, client.get(url).context["liste"].nombre)
        for etat, nombre, url in page.context["par_etat"]
    }
    assert lues == {"Acceptée": (1, 1), "En cours": (1, 1)}
    assert client.get(page.context["liste"]).context["liste"].nombre == page.context["nombre"] == 2


def test_la_ressource_y_va_de_son_menu_et_de_son_accueil(vallee, ressource, agente, client_de):
    adresse = reverse("projets:territoire", args=[vallee.pk])
    assert client_de(ressource).get(reverse("pilotage:accueil")).text.count(f'href="{adresse}"') == 2
    assert adresse not in client_de(agente).get(reverse("pilotage:accueil")).text


def test_la_table_et_l_etat_y_entrent_une_autre_alliance_et_un_organisme_non(
    cadre, vallee, agente, analyste, etrangere, equipe, client_de
):
    for qui in (agente, analyste):
        assert_html_accessible(lire(client_de(qui), vallee))
    for qui in (etrangere, equipe[0]):
        assert client_de(qui).get(reverse("projets:territoire", args=[vallee.pk])).status_code == 404


def test_qui_tient_deux_territoires_passe_de_l_un_a_l_autre(cadre, vallee, ressource, client_de):
    autre = cadre.bsl.territoires.exclude(pk=vallee.pk).first()
    fabriques.mandater(ressource, "territoire", territoire=autre)
    siens = lire(client_de(ressource), vallee).context["siens"]
    assert {territoire.pk for territoire, _ in siens} == {vallee.pk, autre.pk}


def test_elle_demande_autant_de_requetes_pour_trente_initiatives_que_pour_trois(
    cadre, vallee, enveloppes, agente, ressource, client_de
):
    region = enveloppes["Projets régionaux"]
    appel, client = p.appel_ouvert(cadre.bsl, par=agente, partage={region: D(100_000)}), client_de(ressource)

    def requetes(rangs):
        for rang in rangs:
            retenue(appel, agente, f"I{rang}", ou=[vallee], montants={region: 10})
        lire(client, vallee)
        with CaptureQueriesContext(connection) as lues:
            lire(client, vallee)
        return len(lues)

    assert requetes(range(3)) == requetes(range(3, 30)) <= REQUETES_AU_PLUS
