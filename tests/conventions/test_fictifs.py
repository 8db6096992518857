"""Un montant inventé le dit partout où il se montre : pages, listes, tableurs, documents."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from conventions.impression import html_de_la_convention
from conventions.models import Convention
from conventions.models.contenu import contenu_de
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.conventions import depenses as d
from tests.conventions import versements as v
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


@pytest.mark.parametrize("modele", ["depense", "remise"])
def test_la_fiche_d_une_somme_sortie_le_dit_aussi(cadre, lectrice, client_de, modele):
    convention = d.convention_repartie(cadre.bsl)
    Convention.objects.filter(pk=convention.pk).update(montants_fictifs=True)
    sortie = getattr(d, modele)(convention, par=lectrice)
    page = client_de(lectrice).get(reverse(f"conventions:{modele}", args=[sortie.pk]))
    assert PASTILLE in page.text


def test_un_lot_de_versements_le_dit_a_chaque_etape(cadre, client_de):
    convention = v.convention_signee(cadre.bsl)
    Convention.objects.filter(pk=convention.pk).update(montants_fictifs=True)
    recommandee = v.recommandee(convention)
    autorisation, confirmation = (reverse(f"conventions:{nom}") for nom in ("autorisation", "confirmation"))
    approbation = fabriques.personne("approbation")
    page = client_de(approbation).get(autorisation, {"echeance": recommandee.pk})
    assert PASTILLE in page.text
    echeance = recommandee.autoriser(par=approbation)
    client = client_de(v.finances())
    assert PASTILLE in client.get(confirmation, {"echeance": echeance.pk}).text
    virement = {"echeance": echeance.pk, "montant": "70000", "reference": "V-1"}
    virement["vu"] = echeance.empreinte_a_verser()
    envoi = {f"v-0-{nom}": valeur for nom, valeur in virement.items()}
    envoi |= {"v-TOTAL_FORMS": 1, "v-INITIAL_FORMS": 0, "v-verse_le": aujourd_hui().isoformat()}
    relecture = client.post(confirmation, envoi)
    assert "Relire les virements" in relecture.text
    assert PASTILLE in relecture.text


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
