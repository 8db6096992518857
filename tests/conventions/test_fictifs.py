"""Un montant inventé le dit partout où il se montre : pages, listes, tableurs, documents."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from conventions.impression import html_de_la_convention
from conventions.models import Convention
from conventions.models.contenu import contenu_de
from tests.conventions import depenses as d
from tests.conventions.fabriques import (
    arbre_dresse,
    convention_en_preparation,
    convention_en_vigueur,
    repartition_adoptee,
)
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db

PASTILLE = "Montants fictifs"
DE_LA_CONVENTION = (
    "convention",
    "enveloppes",
    "versements",
    "grand_livre",
    "transferts",
    "obligations",
    "journal",
)


@partagee
def convention(cadre):
    convention = convention_en_vigueur(cadre.bsl, montants_fictifs=True)
    arbre_dresse(convention)
    repartition_adoptee(convention)
    return convention


@pytest.mark.parametrize("page", DE_LA_CONVENTION)
def test_toute_page_d_une_convention_inventee_le_dit_et_une_vraie_n_en_dit_rien(
    convention, mess, client_de, page
):
    client, url = client_de(mess), reverse(f"conventions:{page}", args=[convention.pk])
    assert f"{PASTILLE}</span>" in client.get(url).text
    Convention.objects.filter(pk=convention.pk).update(montants_fictifs=False)
    assert f"{PASTILLE}</span>" not in client.get(url).text


@pytest.mark.parametrize("geste", ["repartition", "transfert_demande", "enveloppe_ajout"])
def test_la_page_d_un_geste_le_dit_aussi(convention, agente, client_de, geste):
    page = client_de(agente).get(reverse(f"conventions:{geste}", args=[convention.pk, 2025]))
    assert PASTILLE in page.text


def test_la_fiche_d_une_depense_et_celle_d_une_remise_le_disent(convention, lectrice, agente, client_de):
    for page, sortie in (
        ("depense", d.depense(convention, par=lectrice)),
        ("remise", d.remise(convention, par=lectrice)),
    ):
        assert PASTILLE in client_de(agente).get(reverse(f"conventions:{page}", args=[sortie.pk])).text


@pytest.mark.parametrize("liste", ["liste", "position"])
def test_les_listes_nationales_marquent_chaque_montant_invente(convention, cadre, mess, client_de, liste):
    convention_en_vigueur(cadre.lanaudiere)
    client, url = client_de(mess), reverse(f"conventions:{liste}")
    assert client.get(url).text.count(">Fictif<") == 1
    feuille = load_workbook(BytesIO(client.get(url, {"format": "xlsx"}).content)).active
    titres = [cellule.value for cellule in feuille[1]]
    colonne = feuille[chr(ord("A") + titres.index(PASTILLE))]
    assert [c.value for c in colonne[1:] if c.value] in (["Oui", "Non"], ["Non", "Oui"])


def test_le_grand_livre_exporte_le_dit(convention, mess, client_de):
    url = reverse("conventions:grand_livre", args=[convention.pk])
    entete, premiere = client_de(mess).get(url, {"format": "csv"}).content.decode().splitlines()[:2]
    assert premiere.split(";")[entete.split(";").index(PASTILLE)] == "Oui"


@pytest.mark.parametrize("fictifs", [True, False])
def test_le_document_imprime_le_dit(convention, fictifs):
    convention.montants_fictifs = fictifs
    html = html_de_la_convention(contenu_de(convention))
    assert ("<strong>Montants fictifs</strong>" in html) is fictifs


def test_une_convention_reprend_ce_que_l_alliance_dit_de_son_montant(cadre, mess):
    for alliance, fictif in ((cadre.bsl, True), (cadre.lanaudiere, False)):
        alliance.montant, alliance.montant_fictif = Decimal(1000), fictif
        alliance.save()
        assert Convention.preparer(alliance, par=mess).montants_fictifs is fictif


def test_la_preparation_dit_la_mention_et_permet_de_l_oter(cadre, mess, client_de):
    convention = convention_en_preparation(cadre.bsl, montants_fictifs=True)
    page = client_de(mess).get(reverse("conventions:preparation", args=[convention.pk]))
    assert 'name="montants_fictifs"' in page.text
    assert PASTILLE in page.text
