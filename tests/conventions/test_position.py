"""La position nationale, et l'aide au partage."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from alliances.models import Alliance, IndiceTerritoire
from conventions.models import Ecriture, Enveloppe
from conventions.reference import montants_2017_2023
from socle.texte.typographie import date_longue
from tests.conventions import versements
from tests.conventions.fabriques import convention_en_preparation, convention_en_vigueur
from tests.outils.html_accessible import assert_html_accessible
from tests.outils.partage import partagee

pytestmark = pytest.mark.django_db
POSITION, PARTAGE = "conventions:position", "conventions:partage_national"


@partagee
def conventions(cadre):
    return convention_en_vigueur(cadre.bsl), convention_en_vigueur(cadre.lanaudiere)


def test_chaque_alliance_a_ses_sommes_et_le_total_les_reunit(conventions, mess, client_de):
    racine = Enveloppe.racine(conventions[0], 2025)
    Ecriture.passer(
        conventions[0], [(racine, "recu", Decimal("70000.25"))], nature="versement", par=mess, objet="Premier"
    )
    Ecriture.passer(
        conventions[0], [(racine, "engage", Decimal("0.50"))], nature="engagement", par=mess, objet="P"
    )
    client = client_de(mess)
    page = client.get(reverse(POSITION), {"exercice": 2025})
    assert_html_accessible(page)
    for montant in ("70\xa0000,25\xa0$", "1\xa0199\xa0999,50\xa0$", "2\xa0400\xa0000,00\xa0$"):
        assert montant in page.text
    assert "2\xa0500\xa0000,00\xa0$" in client.get(reverse(POSITION), {"exercice": "tous"}).text


def test_la_position_dit_d_un_clic_ce_que_deviennent_les_sommes(conventions, mess, client_de):
    """Alloué, réservé, engagé, versé, dépensé, remis, récupéré des porteurs (net) et du Ministère, disponible."""
    racine, client = Enveloppe.racine(conventions[0], 2025), client_de(mess)

    def passer(montant, nature, compte="verse"):
        lignes = [(racine, compte, Decimal(montant))]
        return Ecriture.passer(conventions[0], lignes, nature=nature, par=mess, objet="P")[0].mouvement

    passer("900.00", "versement")
    passer("-200.00", "recuperation")
    Ecriture.contrepasser(passer("-50.25", "recuperation"), par=mess, motif="Deux fois.")
    _, (_, adresse, choisie) = client.get(reverse(POSITION), {"exercice": 2025}).context["lectures"]
    assert not choisie
    page = client.get(f"{reverse(POSITION)}{adresse}")
    liste = page.context["liste"]
    titres = [
        "Alloué",
        "Réservé",
        "Engagé",
        "Versé aux porteurs",
        "Dépensé",
        "Remis",
        "Récupéré des porteurs",
    ]
    lus = [c.header for c in liste.montrees][1:]
    assert sorted(lus) == sorted([*titres, "Récupéré", "Disponible"])
    assert (liste.totaux["rendu"], liste.totaux["verse"]) == (Decimal("200.00"), Decimal("700.00"))
    assert page.context["lectures"][1][2]
    assert_html_accessible(page)


def test_le_disponible_est_a_l_ecran_ce_qui_est_alloue_moins_ce_qui_est_utilise(conventions, mess, client_de):
    racine = Enveloppe.racine(conventions[0], 2025)
    Ecriture.passer(
        conventions[0], [(racine, "reserve", Decimal("0.50"))], nature="reservation", par=mess, objet="P"
    )
    liste = client_de(mess).get(reverse(POSITION), {"exercice": 2025}).context["liste"]
    assert {"alloue", "employe", "disponible"} <= {c.name for c in liste.montrees}
    totaux = liste.totaux
    assert (totaux["employe"], totaux["alloue"] - totaux["employe"]) == (
        Decimal("0.50"),
        totaux["disponible"],
    )
    assert [c.total_employe for c in liste.page.object_list] == [Decimal("0.50"), 0]


@pytest.mark.parametrize("jour, convenu", [("2026-03-31", "1\xa0200"), ("2026-04-01", "1\xa0300")])
def test_la_position_est_d_abord_celle_de_l_exercice_en_cours(conventions, mess, client_de, jour, convenu):
    with time_machine.travel(f"{jour}T10:00-04:00", tick=False):
        page = client_de(mess).get(reverse(POSITION)).text
    assert f"Au {date_longue(date.fromisoformat(jour))}" in page
    assert f"{convenu}\xa0000,00\xa0$" in page
    assert "2\xa0500\xa0000,00\xa0$" not in page


def test_la_position_dit_ce_qui_est_en_chemin_ce_qui_est_recu_et_ce_qui_reste_a_verser(
    cadre, mess, client_de
):
    convention = versements.convention_signee(cadre.bsl)
    echeance = versements.autorisee(convention)
    lues = lire_position(client_de(mess), echeance.an)
    assert lues["Autorisé"] == echeance.montant
    assert (lues["Libéré"], lues["Recommandé"], lues["Reçu"]) == (0, 0, 0)
    assert lues["À verser"] == lues["Convenu"]
    versements.virement(echeance, montant=Decimal("1000.25"))
    lues = lire_position(client_de(mess), echeance.an)
    assert lues["Autorisé"] == echeance.montant - Decimal("1000.25")
    assert lues["Reçu"] == Decimal("1000.25")
    assert lues["À verser"] == lues["Convenu"] - Decimal("1000.25")


def lire_position(client, an):
    contenu = client.get(reverse(POSITION), {"exercice": an, "format": "csv"}).content.decode("utf-8-sig")
    [ligne] = csv.DictReader(StringIO(contenu), delimiter=";")
    montants = ("Convenu", "Libéré", "Recommandé", "Autorisé", "Reçu", "À verser")
    return {nom: Decimal(ligne[nom].replace(",", ".")) for nom in montants}


def test_le_pied_de_la_position_additionne_ce_qui_est_en_chemin(cadre, mess, client_de):
    echeance = versements.liberee(versements.convention_signee(cadre.bsl))
    page = client_de(mess).get(reverse(POSITION), {"exercice": echeance.an})
    assert_html_accessible(page)
    assert page.context["liste"].totaux["liberee"] == echeance.montant


def test_une_convention_non_signee_n_est_pas_dans_la_position(cadre, mess, client_de):
    convention_en_preparation(cadre.bsl)
    assert "Aucune convention signée" in client_de(mess).get(reverse(POSITION)).text


def test_services_quebec_ne_voit_que_sa_region(conventions, analyste, agente, client_de):
    page = client_de(analyste).get(reverse(POSITION))
    assert "Bas-Saint-Laurent" in page.text
    assert "Lanaudière" not in page.text
    assert client_de(agente).get(reverse(POSITION)).status_code == 403


@pytest.mark.parametrize("tri", ["alliance", "-convenu", "disponible", "-disponible", "n_importe"])
def test_la_position_se_trie(conventions, mess, client_de, tri):
    premier = Alliance.objects.get(slug="bas-saint-laurent")
    Ecriture.passer(
        conventions[0],
        [(Enveloppe.racine(conventions[0], 2025), "engage", Decimal(1))],
        nature="engagement",
        par=mess,
        objet="P",
    )
    texte = client_de(mess).get(reverse(POSITION), {"tri": tri, "exercice": "tous"}).text
    bsl, lan = texte.index(f">{premier.nom}<"), texte.index(">Alliance – Lanaudière<")
    assert (bsl < lan) == (tri != "-disponible")


def test_la_position_s_exporte_avec_ses_filtres(conventions, mess, client_de):
    client = client_de(mess)
    region = conventions[0].alliance.regions.get()
    reponse = client.get(reverse(POSITION), {"exercice": 2026, "region": region.pk, "format": "csv"})
    [ligne] = csv.DictReader(StringIO(reponse.content.decode("utf-8-sig")), delimiter=";")
    assert (ligne["Exercice"], ligne["Convenu"]) == ("2026-2027", "1300000,00")
    feuille = load_workbook(
        BytesIO(client.get(reverse(POSITION), {"exercice": "tous", "format": "xlsx"}).content)
    ).active
    assert [cellule.value for cellule in feuille["D"][:3]] == ["Convenu", 2500000, 2500000]


def test_les_soldes_nationaux_coutent_le_meme_nombre_de_requetes_a_dix_fois_le_volume(
    conventions, mess, client_de, django_assert_num_queries
):
    client = client_de(mess)
    client.get(reverse(POSITION))
    modele = conventions[0].alliance

    def cout():
        with django_assert_num_queries(12, exact=False) as lues:
            assert client.get(reverse(POSITION)).status_code == 200
        return len(lues)

    avant = cout()
    for rang in range(20):
        soeur = Alliance.objects.create(
            cycle=modele.cycle, nom=f"A{rang}", slug=f"a-{rang}", table_regionale=modele.table_regionale
        )
        convention_en_vigueur(soeur)
    assert cout() == avant


def saisie(**champs):
    return {
        "montant": "30 000 000,01",
        "majoration": "20",
        "poids_idms": "95",
        "poids_densite": "5",
        "poids_population": "0",
        "tableau": "Alliance;Montant précédent;IDMS;Densité\nA;6 014 144;1,5;2\nB;5735682,00;3;0\nC;100;0,5;4,25",
    } | champs


def test_le_partage_se_calcule_et_s_exporte(cadre, mess, client_de):
    client, url = client_de(mess), reverse(PARTAGE)
    page = client.get(url)
    assert_html_accessible(page)
    assert "Alliance – Bas-Saint-Laurent;6014144" in page.text
    calcul = client.post(url, saisie())
    assert_html_accessible(calcul)
    assert "30\xa0000\xa0000,01\xa0$" in calcul.text
    feuille = load_workbook(BytesIO(client.post(url, saisie(exporter="xlsx")).content)).active
    totaux = [feuille.cell(rang, 7).value for rang in (2, 3, 4)]
    assert sum(Decimal(str(total)).quantize(Decimal("0.01")) for total in totaux) == Decimal("30000000.01")


def test_le_partage_national_s_ouvre_sans_erreur_rempli_des_faits_dates(cadre, mess, client_de):
    for territoire in cadre.bsl.territoires.all():
        for indice, an, valeur in (("population", 2024, "20000"), ("idms", 2021, "1.5")):
            IndiceTerritoire.objects.create(
                territoire=territoire, indice=indice, an=an, valeur=valeur, source="Essai", fictif=True
            )
    page = client_de(mess).get(reverse(PARTAGE))
    assert_html_accessible(page)
    assert "Alliance – Bas-Saint-Laurent;6014144;1.50;;40000" in page.text
    assert "Population 2024, Essai (fictif)" in page.text
    assert "sommaire-erreurs" not in page.text
    assert "aria-invalid" not in page.text


def test_le_partage_se_compare_au_montant_annonce_jamais_au_fictif(cadre, mess, client_de):
    Alliance.objects.filter(pk=cadre.bsl.pk).update(montant=Decimal("15000000"))
    Alliance.objects.filter(pk=cadre.lanaudiere.pk).update(montant=Decimal(999), montant_fictif=True)
    tableau = "Alliance – Bas-Saint-Laurent;1;1;1\nAlliance – Lanaudière;1;1;1"
    texte = client_de(mess).post(reverse(PARTAGE), saisie(tableau=tableau)).text
    assert "15\xa0000\xa0000,00\xa0$" in texte
    assert "999,00" not in texte
    assert "Non publié" in texte


@pytest.mark.parametrize(
    "champs, phrase",
    [
        ({"tableau": "A;1,234.56;1;1"}, "Ligne 1, Montant précédent\xa0: entrez un montant"),
        ({"tableau": "A;1,234;1;1"}, "Ligne 1, Montant précédent\xa0: un montant a au plus deux décimales"),
        ({"tableau": "A;-5;1;1"}, "Ligne 1, Montant précédent\xa0: un montant ne peut pas être négatif"),
        ({"tableau": "A;1;x;1"}, "Ligne 1, IDMS\xa0:"),
        ({"tableau": "A;1;1;1\na;1;1;1"}, "Ligne 2, Alliance\xa0: «\xa0a\xa0» est déjà à la ligne 1"),
        ({"tableau": ";1;1;1"}, "Ligne 1, Alliance\xa0: le nom manque"),
        ({"tableau": "A;1;1;1;9;9"}, "Ligne 1\xa0: 6 valeurs au lieu de 5"),
        ({"tableau": "A;;1;1\nB;;1;1"}, "Le montant précédent manque pour\xa0: A, B."),
        ({"tableau": "A;1;;1"}, "L’IDMS manque pour\xa0: A"),
        ({"poids_densite": "6"}, "Les poids doivent faire 100"),
        ({"poids_idms": "-5"}, "Poids de l’IDMS"),
        ({"montant": "10"}, "plus que le montant national"),
        ({"montant": "10,001"}, "au plus deux décimales"),
    ],
)
def test_un_partage_fautif_nomme_la_ligne_et_garde_la_saisie(cadre, mess, client_de, champs, phrase):
    page = client_de(mess).post(reverse(PARTAGE), saisie(**champs))
    assert page.status_code == 200
    assert_html_accessible(page)
    assert phrase in page.text
    assert saisie(**champs)["tableau"].splitlines()[-1] in page.text


def test_les_montants_publies_ont_tous_leur_source():
    publies = montants_2017_2023()
    assert publies["mauricie"].montant == Decimal(5735682)
    assert {p.precision for p in publies.values()} == {"exact", "arrondi", "autre_periode"}
    assert all(p.source and p.montant > 0 for p in publies.values())


def test_le_partage_n_appartient_qu_au_ministere(cadre, analyste, agente, client_de):
    for personne in (analyste, agente):
        assert client_de(personne).post(reverse(PARTAGE), saisie()).status_code == 403
