"""Un avenant qui raccourcit un délai dit, avant d'être signé, ce qu'il mettrait en retard; il ne bloque pas."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conventions.models import JournalConvention, Obligation
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions.avenants import (
    avenant_applique,
    avenant_prepare,
    avenant_transmis,
    convention_en_vigueur,
    signer_tout,
    versement,
)
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.page_lue import lu

pytestmark = pytest.mark.django_db
TITRE = "En retard dès l’entrée en vigueur"
UN_MOIS = {"reddition/mois_pour_le_rapport": 1}


@pytest.fixture(autouse=True)
def le_15_mai():
    """Après le 30 avril et avant le 30 juin : un mois pour le rapport au lieu de trois le met en retard."""
    with time_machine.travel("2026-05-15T10:00-04:00", tick=False):
        yield


@pytest.fixture
def convention(cadre, le_15_mai):
    convention = convention_en_vigueur(cadre.bsl)
    Obligation.generer(convention, par=fabriques.personne("mess"))
    return convention


def url(avenant):
    return reverse("conventions:avenant", args=[avenant.pk])


def echeances(obligations):
    return {(o.nature, o.an): o.echeance for o in obligations}


# --- Ce qui est nommé -------------------------------------------------------------------------------------


def test_la_page_nomme_ce_qu_un_delai_raccourci_mettrait_en_retard_et_n_ecrit_rien(
    convention, mess, client_de
):
    avenant = avenant_prepare(convention, UN_MOIS)
    avant = list(convention.obligations.values())
    page = client_de(mess).get(url(avenant))
    assert_html_accessible(page)
    assert TITRE in page.text
    assert "<li> Rapport annuel 2025-2026 : serait dû le 30 avril 2026, déjà passé </li>" in lu(page)
    assert "<li> États financiers 2025-2026 : seraient dus le 30 avril 2026, déjà passé </li>" in lu(page)
    assert lu(page).count("déjà passé") == 2  # le plan, en retard depuis 2025, n'est pas de son fait
    assert list(convention.obligations.values()) == avant
    assert not JournalConvention.objects.filter(geste="recalculer-obligations").exists()


@pytest.mark.parametrize(
    "jour, propositions, nommees",
    [
        ("2026-05-15", UN_MOIS, {("rapport_annuel", 2025), ("etats_financiers", 2025)}),
        ("2026-04-30", UN_MOIS, set()),  # dues ce jour-là : pas encore en retard
        ("2026-07-01", UN_MOIS, set()),  # déjà en retard, avec ou sans lui
        ("2026-05-15", {"reddition/bilan_le": "2026-03-31"}, {("bilan", None)}),
        ("2026-05-15", {"reddition/bilan_le": "2026-05-15"}, set()),
        ("2026-05-15", {"reddition/mois_pour_le_rapport": 6}, set()),
        ("2026-05-15", {"reddition/seuil_audit": "2000000.00"}, set()),
        (
            "2026-09-15",
            {
                "date/fin": "2026-06-30",
                "date/fin_realisation": "2026-06-30",
                "reddition/mois_pour_le_rapport_final": 1,
            },
            {("rapport_final", None)},
        ),
        (
            "2026-09-15",
            {
                "exercice/2024": "100.00",
                "versement/4": versement(2024, "100.00", "2026-10-01"),
                "reddition/mois_pour_le_rapport": 4,
            },
            {("rapport_annuel", 2024), ("etats_financiers", 2024)},
        ),
    ],
)
def test_ce_qui_est_nomme_est_ce_que_l_entree_en_vigueur_met_en_retard(
    convention, jour, propositions, nommees
):
    with time_machine.travel(f"{jour}T10:00-04:00", tick=False):
        deja = {(o.nature, o.an) for o in Obligation.objects.en_retard()}
        avenant = avenant_transmis(convention, propositions)
        retards = echeances(avenant.mises_en_retard())
        assert set(retards) == nommees
        signer_tout(avenant)
        devenues = echeances(Obligation.objects.en_retard())
    assert {cle: le for cle, le in devenues.items() if cle not in deja} == retards


def test_ce_qui_est_rendu_ou_prolonge_au_dela_n_est_pas_nomme(convention, mess):
    dues = {(o.nature, o.an): o for o in convention.obligations.all()}
    dues["rapport_annuel", 2025].recevoir(par=mess, le=aujourd_hui(), reference="x")
    for nouvelle in (date(2026, 7, 31), date(2026, 9, 30)):
        dues["etats_financiers", 2025].prolonger(par=mess, nouvelle=nouvelle, motif="Départ du comptable")
    avenant = avenant_transmis(convention, UN_MOIS)
    assert avenant.mises_en_retard() == []
    signer_tout(avenant)
    assert convention.obligations.get(nature="etats_financiers", an=2025).echeance == date(2026, 9, 30)


def test_avancer_la_fin_avertit_du_rapport_final(convention):
    avenant = avenant_prepare(convention, {"date/fin": "2026-01-31"})
    (retard,) = avenant.mises_en_retard()
    assert (retard.nature, retard.echeance) == ("rapport_final", date(2026, 4, 30))


def test_un_avenant_sans_effet_sur_les_obligations_ne_lit_rien(convention, django_assert_num_queries):
    avenant = avenant_prepare(convention, {"parametre/participation_etat": "Services Québec siège."})
    with django_assert_num_queries(0):
        assert avenant.mises_en_retard() == []


# --- À qui, et jusqu'à quand ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "personne, averti",
    [
        ("mess", True),
        ("approbation", True),
        ("signataire", True),
        ("agente", False),
        ("lectrice", False),
        ("analyste", False),
    ],
)
def test_qui_prepare_transmet_ou_signe_est_averti_et_personne_d_autre(
    convention, client_de, request, personne, averti
):
    client = client_de(request.getfixturevalue(personne))
    page = client.get(url(avenant_transmis(convention, UN_MOIS)))
    assert page.status_code == 200
    assert (TITRE in page.text) == averti


def test_l_etrangere_n_en_sait_rien(convention, etrangere, client_de):
    assert client_de(etrangere).get(url(avenant_transmis(convention, UN_MOIS))).status_code == 404


def test_rien_n_est_bloque_et_l_avis_s_efface_une_fois_en_vigueur(convention, mess, client_de):
    avenant, client = avenant_prepare(convention, UN_MOIS), client_de(mess)
    client.post(reverse("conventions:avenant_transmission", args=[avenant.pk]))
    assert TITRE in client.get(url(avenant)).text
    avenant.refresh_from_db()
    signer_tout(avenant)
    page = client.get(url(avenant))
    assert "En vigueur depuis le" in page.text
    assert TITRE not in page.text


def test_a_reprendre_un_avenant_ne_compte_plus_ses_retards(convention, mess, client_de):
    avenant = avenant_transmis(convention, UN_MOIS)
    avenant_applique(convention)
    page = client_de(mess).get(url(avenant))
    assert "La convention a changé depuis" in page.text
    assert TITRE not in page.text


def test_l_avertissement_coute_une_requete_et_la_page_tient_son_budget(
    convention, mess, approbation, signataire, client_de
):
    sans = avenant_transmis(convention, {"parametre/participation_etat": "Services Québec siège."})
    avec = avenant_transmis(convention, UN_MOIS)
    for personne in (mess, signataire, approbation):
        lectures = []
        for avenant in (sans, avec):
            client = client_de(personne)
            client.get(url(avenant))
            with CaptureQueriesContext(connection) as requetes:
                client.get(url(avenant))
            lectures.append(len(requetes))
        assert lectures[1] == lectures[0] + 1
        assert lectures[1] <= 12, personne
