"""Une adresse, une Alliance, pour toujours : le lien d'un cycle ne mène jamais à celle d'un autre."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from alliances.models import Role
from alliances.models.releve import nommer
from alliances.plans import canevas
from tests import fabriques
from tests.alliances.pages import adresse, ouvrir, texte


@pytest.fixture
def deux_cycles(cadre, agente, signataire, direction, approbation, monkeypatch):
    """La même Table, deux cycles, un plan dans chacun; la coordination tient les deux mandats."""
    monkeypatch.setitem(canevas.CANEVAS, "2017-2023", canevas.canevas("2024-2029"))
    approuvee = fabriques.plan_du_cycle_precedent(cadre.bsl, "Alliance de 2017")
    coordination = fabriques.personne(Role.COORDINATION, approuvee.plan.alliance)
    nommer(coordination, Role.COORDINATION, par=None, alliance=cadre.bsl)
    return approuvee, fabriques.plan_ouvert(cadre.bsl), coordination


def test_chaque_cycle_a_sa_fiche_a_son_adresse(cadre, deux_cycles, client_de):
    _, _, coordination = deux_cycles
    client = client_de(coordination)
    liste = texte(ouvrir(client, "liste"))
    for slug in ("bas-saint-laurent", "bas-saint-laurent-2017"):
        assert adresse("fiche", slug) in liste
    assert "Cycle 2017-2023" in texte(ouvrir(client, "fiche", "bas-saint-laurent-2017"))
    assert "Cycle 2024-2029" in texte(ouvrir(client, "fiche", "bas-saint-laurent"))


@pytest.mark.parametrize("nom_de_page", ["tableau", "lecture", "dossier"])
def test_le_lien_d_un_ancien_plan_mene_a_ce_plan(cadre, deux_cycles, client_de, nom_de_page):
    ancienne, nouvelle, coordination = deux_cycles
    client = client_de(coordination)
    for version, nom, autre in (
        (ancienne, "Alliance de 2017", "Alliance – Bas-Saint-Laurent"),
        (nouvelle, "Alliance – Bas-Saint-Laurent", "Alliance de 2017"),
    ):
        pk = version.plan_id if nom_de_page == "dossier" else version.pk
        reponse = client.get(reverse(f"plans:{nom_de_page}", args=[pk]))
        assert reponse.status_code == 200
        assert nom in reponse.text
        assert f"<h1>{autre}" not in reponse.text


def test_l_adresse_d_un_cycle_ouvre_le_plan_de_ce_cycle(cadre, deux_cycles, client_de):
    ancienne, nouvelle, coordination = deux_cycles
    client = client_de(coordination)
    for slug, version in (("bas-saint-laurent-2017", ancienne), ("bas-saint-laurent", nouvelle)):
        reponse = client.get(reverse("plans:ouverture", args=[slug]))
        assert reponse.url == reverse("plans:tableau", args=[version.pk])


def test_sans_mandat_dans_l_ancien_cycle_son_lien_est_introuvable(cadre, deux_cycles, agente, client_de):
    ancienne, _, _ = deux_cycles
    client = client_de(agente)
    assert client.get(adresse("fiche", "bas-saint-laurent-2017")).status_code == 404
    assert client.get(reverse("plans:lecture", args=[ancienne.pk])).status_code == 404


def test_la_commande_du_pdf_ne_confond_pas_les_cycles(cadre, deux_cycles, tmp_path):
    """Le plan de 2017 n'a qu'une version 1, approuvée; celui d'aujourd'hui, qu'un brouillon."""
    with pytest.raises(
        CommandError, match="Le plan de «\u00a0bas-saint-laurent-2017\u00a0» n’a pas de version 2"
    ):
        call_command(
            "plan_pdf", "bas-saint-laurent-2017", numero=2, sortie=tmp_path / "x.pdf", stdout=StringIO()
        )
