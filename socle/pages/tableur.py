"""Une liste en CSV ou en XLSX : vraies dates, vrais nombres; un texte qui ressemble à une formule reste un texte."""

import csv
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

from django.conf import settings
from django.http import HttpResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from socle.formulaires.tableaux import EXTRAIT, TOTAL
from socle.texte.typographie import date_longue
from socle.valeurs.argent import arrondir
from socle.valeurs.horloge import aujourd_hui, jour_de
from socle.valeurs.invisibles import sans_controles

AMORCES = (*"=+-@\t\r", *"＝＋－＠")
MARQUE_UTF8 = "\ufeff"
INVISIBLES = " \n\u00a0" + MARQUE_UTF8  # devant une amorce, un tableur les saute
LARGEUR_MAX = 60  # en caractères
GRAS = Font(bold=True)
DOLLARS, JOUR = '#,##0.00\xa0"$"', "yyyy-mm-dd"
TYPE_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def est_une_amorce(texte):
    """Un tableur le prendrait pour une formule."""
    return texte.lstrip(INVISIBLES).startswith(AMORCES)


def en_csv(nom, titre, colonnes, lignes):
    """Point-virgule et marque UTF-8 : ce qu'un tableur réglé en français ouvre sans question.

    `nom` est celui du fichier, sans date ni suffixe; `titre`, celui de la feuille, ne sert qu'au classeur.
    """
    texte = StringIO()
    ecrivain = csv.writer(texte, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(colonnes)
    ecrivain.writerows([_en_texte(valeur) for valeur in ligne] for ligne in lignes)
    return _reponse(MARQUE_UTF8 + texte.getvalue(), "text/csv; charset=utf-8", nom, "csv")


def _en_texte(valeur):
    """Une somme s'écrit avec la virgule, sans espace ni signe de dollar : un tableur en français la lit.

    Une apostrophe précède ce qu'un tableur prendrait pour une formule : le CSV n'a que ce moyen.
    """
    if isinstance(valeur, Decimal):
        return str(arrondir(valeur)).replace(".", ",")
    if isinstance(valeur, int):
        return str(valeur)
    brut = "" if valeur is None else str(_jour(valeur))
    texte = sans_controles(brut)
    return f"'{texte}" if est_une_amorce(brut) or est_une_amorce(texte) else texte


def _jour(valeur):
    """Un moment devient son jour, à l'heure du Québec; le reste reste tel quel."""
    return jour_de(valeur) if isinstance(valeur, datetime) else valeur


def en_xlsx(nom, titre, colonnes, lignes, sans_total=()):
    """Une feuille qui se filtre et s'imprime, avec ses totaux et sa date; aucune cellule n'est une formule."""
    classeur = Workbook()
    classeur.properties.creator = settings.IDENTITE_NOM
    feuille = classeur.active
    feuille.title = titre
    feuille.append(list(colonnes))
    for ligne in lignes:
        feuille.append([_en_cellule(valeur) for valeur in ligne])
    feuille.freeze_panes, feuille.auto_filter.ref = "A2", feuille.dimensions
    _totaliser(feuille, sans_total)
    for numero, colonne in enumerate(feuille.columns, start=1):
        _presenter(colonne[1:])
        largeur = max(len(str(c.value)) for c in colonne if c.value is not None)
        feuille.column_dimensions[get_column_letter(numero)].width = min(largeur + 3, LARGEUR_MAX)
    _dater(feuille)
    _mettre_en_page(feuille)
    octets = BytesIO()
    classeur.save(octets)
    return _reponse(octets.getvalue(), TYPE_XLSX, nom, "xlsx")


def _en_cellule(valeur):
    return sans_controles(valeur) if isinstance(valeur, str) else _jour(valeur)


def _totaliser(feuille, sans_total):
    """Sous une ligne vide, pour que le tri et le filtre n'y touchent pas : la somme de chaque colonne d'argent.

    `sans_total` : les titres de celles dont la somme ne veut rien dire.
    """
    sommes = {
        colonne[0].column: sum(c.value for c in colonne if isinstance(c.value, Decimal))
        for colonne in feuille.columns
        if colonne[0].value not in sans_total and any(isinstance(c.value, Decimal) for c in colonne)
    }
    if sommes:
        rang = feuille.max_row + 2
        for numero, total in ({1: TOTAL} | sommes).items():
            feuille.cell(rang, numero, total).font = GRAS


def _dater(feuille):
    feuille.cell(feuille.max_row + 2, 1, f"{EXTRAIT} {date_longue(aujourd_hui())}")


def _mettre_en_page(feuille):
    """Paysage, une page de large, les titres et le rang de la page sur chacune."""
    for cellule in feuille[1]:
        cellule.font = GRAS
    feuille.page_setup.orientation = "landscape"
    feuille.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    feuille.page_setup.fitToWidth, feuille.page_setup.fitToHeight = 1, 0
    feuille.print_title_rows = "1:1"
    feuille.oddFooter.center.text = "&P / &N"


def _presenter(cellules):
    """Une somme en dollars, une date en AAAA-MM-JJ; un texte qui a l'air d'une formule reste un texte."""
    for cellule in cellules:
        if isinstance(cellule.value, Decimal):
            cellule.number_format = DOLLARS
        elif isinstance(cellule.value, date):
            cellule.number_format = JOUR
        elif isinstance(cellule.value, str):
            cellule.data_type, cellule.quotePrefix = "s", est_une_amorce(cellule.value)


def _reponse(corps, type_mime, nom, suffixe):
    fichier = f"{slugify(nom)}-{aujourd_hui():%Y-%m-%d}.{suffixe}"
    entetes = {"Content-Disposition": f'attachment; filename="{fichier}"'}
    return HttpResponse(corps, content_type=type_mime, headers=entetes)
