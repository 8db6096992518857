"""Les listes pour un tableur : ce qu'il doit lire comme une date ou une somme, et ce qu'il ne doit jamais exécuter."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from socle.pages.tableur import LARGEUR_MAX, en_csv, en_xlsx
from socle.texte.typographie import date_longue
from socle.valeurs.horloge import aujourd_hui

COLONNES = ("Nom", "Montant", "Date", "Rang")
SOIR = datetime(2026, 4, 1, 2, 30, tzinfo=UTC)  # encore le 31 mars à Québec


def extrait():
    return f"Extrait le {date_longue(aujourd_hui())}"


def lignes_csv(*lignes):
    texte = en_csv("liste", "Liste", COLONNES, lignes).content.decode()
    assert texte.startswith("\ufeff")
    return list(csv.reader(StringIO(texte.removeprefix("\ufeff")), delimiter=";"))[1:]


def feuille_xlsx(*lignes):
    return load_workbook(BytesIO(en_xlsx("liste", "Liste", COLONNES, lignes).content)).active


def test_le_csv_s_ouvre_sans_question_dans_un_tableur_en_francais():
    [ligne] = lignes_csv(["Matane; Matapédia", Decimal("-1234.50"), date(2026, 4, 1), 3])
    assert ligne == ["Matane; Matapédia", "-1234,50", "2026-04-01", "3"]


def test_un_moment_devient_son_jour_au_quebec():
    assert lignes_csv(["", None, SOIR, ""]) == [["", "", "2026-03-31", ""]]
    assert feuille_xlsx(["", None, SOIR, ""])["C2"].value.date() == date(2026, 3, 31)


@pytest.mark.parametrize("amorce", ["=", "+", "-", "@", "\t", "\r"])
def test_un_texte_qui_ressemble_a_une_formule_reste_un_texte(amorce):
    piege = f"{amorce}HYPERLINK(1)"
    attendu = piege.replace("\r", "\n")
    assert lignes_csv([piege, None, None, None])[0][0] == f"'{attendu}"
    cellule = feuille_xlsx([piege, None, None, None])["A2"]
    assert (cellule.data_type, cellule.value) == ("s", attendu)
    assert bool(cellule.quotePrefix) == (amorce != "\r")


@pytest.mark.parametrize(
    "saisi, garde",
    [("Besoin\x0bsuite", "Besoin\nsuite"), ("a\x00b\x07c", "abc"), ("\u202efdp.exe", "fdp.exe")],
)
def test_un_caractere_de_controle_ne_casse_ni_le_classeur_ni_le_csv(saisi, garde):
    assert feuille_xlsx([saisi, None, None, None])["A2"].value == garde
    assert lignes_csv([saisi, None, None, None])[0][0] == garde


def test_les_colonnes_d_argent_ont_leur_total_sous_une_ligne_vide():
    feuille = feuille_xlsx(["A", Decimal("10.10"), None, 3], ["B", Decimal("-0.10"), None, 4])
    assert [c.value for c in feuille[4]] == [None] * 4
    assert [c.value for c in feuille[5]] == ["Total", 10, None, None]
    assert "$" in feuille["B5"].number_format
    assert feuille.auto_filter.ref == "A1:D3"


def test_une_liste_sans_argent_n_a_pas_de_total():
    assert [c.value for c in feuille_xlsx(["A", None, None, 3])["A"]] == ["Nom", "A", None, extrait()]


def test_le_classeur_dit_sa_date_et_le_service_qui_l_a_fait(settings):
    settings.IDENTITE_NOM = "Alliances pour la solidarité"
    reponse = en_xlsx("liste", "Liste", COLONNES, [["A", Decimal(1), None, 1]])
    classeur = load_workbook(BytesIO(reponse.content))
    assert classeur.properties.creator == "Alliances pour la solidarité"
    assert [c.value for c in classeur.active["A"]][-1] == extrait()


def test_le_classeur_s_imprime_en_paysage_sur_une_page_de_large_titres_repetes():
    feuille = feuille_xlsx(["A", None, None, None])
    assert feuille.page_setup.orientation == "landscape"
    assert feuille.sheet_properties.pageSetUpPr.fitToPage
    assert (feuille.page_setup.fitToWidth, feuille.page_setup.fitToHeight) == (1, 0)
    assert feuille.print_title_rows == "$1:$1"


def test_le_classeur_a_de_vraies_dates_et_de_vraies_sommes():
    feuille = feuille_xlsx(["Matane", Decimal("-1234.50"), date(2026, 4, 1), 3])
    assert feuille["B2"].value == -1234.5
    assert "$" in feuille["B2"].number_format
    assert feuille["C2"].is_date
    assert feuille["D2"].value == 3


def test_le_classeur_se_filtre_et_garde_ses_titres_a_la_vue():
    feuille = feuille_xlsx(["A" * 200, None, None, None])
    assert feuille.title == "Liste"
    assert feuille.auto_filter.ref == "A1:D2"
    assert feuille.freeze_panes == "A2"
    assert feuille["A1"].font.bold
    assert feuille.column_dimensions["A"].width == LARGEUR_MAX


@pytest.mark.parametrize("en_fichier", [en_csv, en_xlsx])
def test_une_liste_vide_a_ses_colonnes_et_le_fichier_un_nom_sur(en_fichier):
    reponse = en_fichier('liste "FQIS\r\n', "Liste", COLONNES, [])
    suffixe = "csv" if en_fichier is en_csv else "xlsx"
    attendu = f'attachment; filename="liste-fqis-{aujourd_hui():%Y-%m-%d}.{suffixe}"'
    assert reponse["Content-Disposition"] == attendu


@pytest.mark.parametrize("ruse", ["\n=1+1", "\ufeff=1+1", "＝1+1", " =1+1"])
def test_une_formule_deguisee_reste_un_texte_dans_un_csv(ruse):
    ligne = en_csv("essai", "Essai", ["Motif"], [[ruse]]).content.decode("utf-8-sig").split("\r\n")[1]
    assert ligne.strip('"').startswith("'")


def test_un_entier_negatif_d_un_csv_reste_un_nombre():
    assert en_csv("essai", "Essai", ["Écart"], [[-5]]).content.decode("utf-8-sig").split("\r\n")[1] == "-5"


def test_un_texte_qui_a_l_air_d_une_erreur_reste_un_texte():
    cellule = load_workbook(BytesIO(en_xlsx("essai", "Essai", ["Motif"], [["#REF!"]]).content)).active["A2"]
    assert (cellule.data_type, cellule.value) == ("s", "#REF!")


def test_une_colonne_qui_ne_s_additionne_pas_n_a_pas_de_total():
    ligne = ["A", Decimal(1), Decimal(2), Decimal(3)]
    octets = en_xlsx("liste", "Liste", COLONNES, [ligne], sans_total=["Montant", "Rang"]).content
    total = list(load_workbook(BytesIO(octets)).active.values)[3]
    assert total[:4] == ("Total", None, 2, None)
