"""Les pages des versements : qui voit quoi, en quels mots, et la liste."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from conventions.views.versements import prochain_versement
from socle.texte.typographie import argent
from tests.conventions import versements as v
from tests.conventions.fabriques import convention_en_preparation
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db


@partagee
def convention(cadre):
    return v.convention_signee(cadre.bsl)


@pytest.fixture
def finances_mess(cadre):
    return v.finances()


def url(nom, *args):
    return reverse(f"conventions:{nom}", args=args)


def lignes_de(reponse):
    return reponse.context["liste"].page.object_list


def test_la_table_voit_en_une_phrase_son_prochain_versement(convention, agente, client_de):
    page = client_de(agente).get(url("versements", convention.pk))
    assert_html_accessible(page)
    assert "Le prochain versement, le 1er, de 70\xa0000,00\xa0$, était prévu le" in page.text
    assert "il attend la recommandation de Services Québec." in page.text


def test_l_histoire_d_un_versement_suit_son_rang_meme_si_son_exercice_change(convention, agente, client_de):
    echeance = v.liberee(convention)
    convention.echeances.filter(pk=echeance.pk).update(an=2026)
    page = client_de(agente).get(url("echeance", echeance.pk))
    assert [ligne["geste"] for ligne in page.context["journal"]] == [
        "Versement libéré – 1er versement, 2025-2026"
    ]


def phrase_de(convention):
    return prochain_versement(list(convention.echeances.all().a_montrer()))


def test_la_phrase_suit_le_versement(convention, mess):
    v.recommandee(convention)
    assert phrase_de(convention).endswith(
        "il attend l’autorisation du Ministère. "
        "Ensuite, le 2e, de 1\xa0130\xa0000,00\xa0$, attend l’approbation du plan d’action."
    )
    obligation = v.obligation_en_retard(convention)
    assert (
        "il attend l’autorisation du Ministère, et qu’aucune obligation ne soit en retard. Ensuite"
        in phrase_de(convention)
    )
    v.derogation(v.premiere(convention))
    assert "il attend l’autorisation du Ministère. Ensuite" in phrase_de(convention)
    obligation.delete()
    v.premiere(convention).suspendre(par=mess, motif="Coordonnées bancaires à confirmer.")
    assert phrase_de(convention).endswith("il est suspendu\xa0: Coordonnées bancaires à confirmer.")
    assert phrase_de(convention).startswith("Le prochain versement, le 1er, de")
    assert prochain_versement([]) == "Aucun versement n’est encore prévu."


def test_la_phrase_nomme_ce_qui_avance_puis_ce_qui_attend(convention):
    """Le 4e avance pendant que le 2e, plus ancien, attend le plan."""
    v.versee(convention)
    v.mener(v.premiere(convention, rang=4), "recommandee")
    phrase = phrase_de(convention).replace("\xa0", " ")
    assert phrase.startswith("Le prochain versement, le 4e, de 650 000,00 $,")
    assert phrase.endswith(
        "il attend l’autorisation du Ministère. Ensuite, le 2e, de 1 130 000,00 $, attend l’approbation du plan "
        "d’action."
    )


def test_de_deux_versements_qui_avancent_le_second_n_est_pas_saute(convention):
    v.versee(convention)
    for rang in (2, 3):
        v.mener(v.premiere(convention, rang=rang), "recommandee")
    phrase = phrase_de(convention)
    assert phrase.startswith("Le prochain versement, le 2e,")
    assert "Ensuite, le 3e, de" in phrase
    assert phrase.endswith("attend l’autorisation du Ministère.")


def test_quand_tout_est_verse_la_phrase_le_dit(convention):
    echeance = v.versee(convention)
    assert prochain_versement([echeance]) == "Tous les versements prévus sont faits."


@pytest.mark.parametrize("page", ["echeance", "versements"])
def test_une_etrangere_ne_trouve_rien(convention, etrangere, client_de, page):
    cible = v.premiere(convention) if page == "echeance" else convention
    assert client_de(etrangere).get(url(page, cible.pk)).status_code == 404


def test_la_preparation_n_est_pas_vue_de_la_table(cadre, agente, mess, client_de):
    convention = convention_en_preparation(cadre.bsl)
    v.echeancier(convention)
    assert client_de(agente).get(url("versements", convention.pk)).status_code == 404
    assert lignes_de(client_de(agente).get(url("liste_versements"))) == []
    assert client_de(mess).get(url("versements", convention.pk)).status_code == 200


def test_la_page_d_un_versement_raconte_son_histoire(convention, lectrice, client_de):
    page = client_de(lectrice).get(url("echeance", v.versee(convention).pk))
    assert_html_accessible(page)
    for mot in ("V-2026-0001", "Versement recommandé", "Versement autorisé", "Versement confirmé", "Versé"):
        assert mot in page.text
    assert page.context["gestes"] == []


@pytest.mark.parametrize(
    ("filtre", "nombre"),
    [
        ({}, 8),
        ({"etat": "recommandee"}, 1),
        ({"exercice": "2026"}, 4),
        ({"exercice": "n’importe quoi"}, 8),
        ({"condition": "plan_approuve"}, 2),
        ({"etat": "versee"}, 0),
    ],
)
def test_les_filtres_vivent_dans_l_adresse(cadre, convention, mess, client_de, filtre, nombre):
    v.recommandee(convention)
    v.convention_signee(cadre.lanaudiere)
    page = client_de(mess).get(url("liste_versements"), filtre)
    assert_html_accessible(page)
    assert len(lignes_de(page)) == nombre


def test_la_liste_se_filtre_par_region_et_se_trie(cadre, convention, mess, client_de):
    v.convention_signee(cadre.lanaudiere)
    client = client_de(mess)
    region = cadre.lanaudiere.regions.get()
    page = client.get(url("liste_versements"), {"region": region.pk})
    assert {e.convention.alliance for e in lignes_de(page)} == {cadre.lanaudiere}
    montants = [e.montant for e in lignes_de(client.get(url("liste_versements"), {"tri": "-montant"}))]
    assert montants == sorted(montants, reverse=True)
    assert "5\xa0000\xa0000,00\xa0$" in page.client.get(url("liste_versements")).text


def test_la_somme_se_lit_avant_les_rangees(convention, mess, client_de):
    client, adresse = client_de(mess), url("liste_versements")
    somme = argent(sum(e.montant for e in convention.echeances.all()))
    assert f">4 versements, {somme}<" in client.get(adresse).text
    assert ">4 versements<" in client.get(adresse, {"colonnes": "etat"}).text


def test_la_liste_dit_ce_qui_est_deja_verse_de_ses_versements(convention, mess, client_de):
    v.virement(v.autorisee(convention), montant=Decimal(40000))
    page = client_de(mess).get(url("liste_versements"), {"etat": "autorisee"})
    assert "1 versement, 70\xa0000,00\xa0$; 40\xa0000,00\xa0$ en sont versés" in page.text


def test_la_direction_ne_voit_que_sa_region(cadre, convention, direction, client_de):
    v.convention_signee(cadre.lanaudiere)
    page = client_de(direction).get(url("liste_versements"))
    assert {e.convention_id for e in lignes_de(page)} == {convention.pk}


def test_les_cases_vont_a_qui_a_un_geste_en_lot(convention, mess, approbation, finances_mess, client_de):
    v.recommandee(convention)
    cases = 'type="checkbox" name="echeance"'
    assert client_de(approbation).get(url("liste_versements")).text.count(cases) == 1
    for personne in (mess, finances_mess):
        assert cases not in client_de(personne).get(url("liste_versements")).text


def test_la_liste_se_telecharge_avec_de_vraies_valeurs(convention, mess, client_de):
    convention.numero = "=FQIS-1"
    convention.save()
    v.versee(convention)
    client, adresse = client_de(mess), url("liste_versements")
    texte = client.get(adresse, {"etat": "versee", "format": "csv"}).content.decode("utf-8-sig")
    [ligne] = csv.DictReader(StringIO(texte), delimiter=";")
    assert (ligne["Convention"], ligne["Montant"], ligne["État"]) == ("'=FQIS-1", "70000,00", "Versé")
    feuille = load_workbook(BytesIO(client.get(adresse, {"format": "xlsx"}).content)).active
    entetes, premiere, *_ = feuille.iter_rows(values_only=True)
    ligne = dict(zip(entetes, premiere, strict=True))
    assert (ligne["Convention"], ligne["Montant"]) == ("=FQIS-1", 70000)
    assert ligne["Prévu le"].date().isoformat() == "2025-01-15"
    assert {cellule.data_type for rangee in feuille for cellule in rangee} <= {"s", "inlineStr", "n", "d"}
