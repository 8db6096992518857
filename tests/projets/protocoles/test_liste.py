"""La liste des protocoles : en retard d'abord, ce qui est à préparer au-dessus; l'organisme n'y lit que les siens."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from projets.protocoles.models import Protocole, dus
from projets.protocoles.views import vie
from socle.valeurs.horloge import a_l_instant, aujourd_hui
from tests.outils.html_accessible import assert_html_accessible
from tests.projets.protocoles import fabriques as f

pytestmark = pytest.mark.django_db
LISTE = reverse("protocoles:protocoles")
APRES_LE_RAPPORT = datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("America/Toronto"))


def lus(page):
    return list(page.context["liste"].page.object_list)


def test_l_acceptee_attend_son_protocole_pour_qui_le_prepare(acceptee, agente, equipe, mess, client_de):
    page = client_de(agente).get(LISTE)
    assert_html_accessible(page)
    assert [i.pk for i in page.context["a_preparer"]] == [acceptee.pk]
    assert reverse("protocoles:preparation", args=[acceptee.pk]) in page.text
    for personne in (equipe[1], mess):
        assert client_de(personne).get(LISTE).context["a_preparer"] == []
    f.prepare(acceptee, agente)
    assert client_de(agente).get(LISTE).context["a_preparer"] == []


def test_la_page_de_l_initiative_mene_au_protocole(acceptee, agente, equipe, client_de):
    initiative = reverse("projets:initiative", args=[acceptee.pk])
    assert client_de(agente).get(initiative).context["gestes"][0] == (
        "Préparer le protocole",
        reverse("protocoles:preparation", args=[acceptee.pk]),
        True,
    )
    protocole = f.prepare(acceptee, agente)
    adresse = reverse("protocoles:protocole", args=[protocole.pk])
    assert ("protocole", "Le protocole", adresse) in client_de(agente).get(initiative).context["onglets"]
    assert adresse not in client_de(equipe[1]).get(initiative).text
    f.avec_echeancier(protocole, agente).transmettre(par=agente)
    assert adresse in client_de(equipe[1]).get(initiative).text


def test_chacun_n_y_lit_que_ce_qu_il_voit(transmis, agente, equipe, etrangere, client_de):
    for personne, vus in ((agente, [transmis]), (equipe[1], [transmis]), (etrangere, [])):
        page = client_de(personne).get(LISTE)
        assert_html_accessible(page)
        assert lus(page) == vus


def test_l_accorde_le_verse_et_le_retard_sont_ceux_du_protocole(signe, signataire):
    tranche = signe.tranches.select_related("protocole__initiative").get(rang=1)
    f.payer(tranche, signataire)
    demain = aujourd_hui() + timedelta(days=1)
    protocole = Protocole.objects.avec_la_suite(demain).avec_l_argent().get()
    assert protocole.accorde == signe.montant()
    assert protocole.verse == tranche.montant
    assert (protocole.rang, protocole.prochaine_le) == (0, signe.tranches.get(rang=2).prevue_le)


def test_rien_n_est_en_retard_le_jour_de_la_signature_et_partout_le_lendemain(signe, lectrice, monkeypatch):
    jour, demain = aujourd_hui(), aujourd_hui() + timedelta(days=1)
    for du, rang, tarde, groupe in ((jour, 2, False, "DU"), (demain, 0, True, "RETARD")):
        for module in (vie, dus):
            monkeypatch.setattr(module, "aujourd_hui", lambda du=du: du)
        lu = vie.Vie(f.relire(signe), lectrice)
        assert Protocole.objects.avec_la_suite(du).get().rang == rang
        assert (lu.tour.pour, lu.tour.tarde) == (jour, tarde)
        assert lu.versements[0].tarde(du) is tarde
        premiere = dus.dus_de(lectrice, signe.convention).get(rang=1)
        assert dus.Groupe(premiere.groupe).name == groupe


@pytest.mark.parametrize("tri", ["accorde", "-verse", "prochaine", "-fin", "etat", "organisme"])
def test_la_liste_se_trie(tri, signe, agente, client_de):
    page = client_de(agente).get(LISTE, {"tri": tri})
    assert (page.context["liste"].tri_actuel, lus(page)) == (tri, [signe])


def test_en_retard_vient_d_abord_et_se_filtre(signe, agente, client_de):
    client = client_de(agente)
    with a_l_instant(APRES_LE_RAPPORT):
        page = client.get(LISTE, {"retard": "on"})
        assert lus(page) == [signe]
        assert "En retard" in page.text


def test_les_filtres_resserrent_sans_doubler(signe, agente, client_de):
    client = client_de(agente)
    territoire = signe.initiative.territoires.first()
    an = signe.parts()[0].an
    for filtre in ({"etat": "signe"}, {"territoire": territoire.pk}, {"exercice": an}):
        assert lus(client.get(LISTE, filtre)) == [signe]
    assert lus(client.get(LISTE, {"etat": "clos"})) == []


def test_sans_la_case_en_retard_un_filtre_garde_ce_qui_est_a_l_heure(transmis, agente, client_de):
    assert lus(client_de(agente).get(LISTE, {"etat": "transmis"})) == [transmis]
    assert lus(client_de(agente).get(LISTE, {"etat": "transmis", "retard": "on"})) == []


def test_la_liste_s_exporte(signe, agente, client_de):
    csv = client_de(agente).get(LISTE, {"format": "csv"})
    assert signe.initiative.numero in csv.content.decode("utf-8-sig")
    assert client_de(agente).get(LISTE, {"format": "xlsx"}).status_code == 200
