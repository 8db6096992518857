"""Une liste en CSV ou en XLSX : vraies dates, vrais nombres; un texte qui ressemble à une formule reste un texte."""

import csv
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

from django.http import HttpResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from socle.valeurs.argent import arrondir
from socle.valeurs.horloge import aujourd_hui, jour_de

AMORCES = ("=", "+", "-", "@", "\t", "\r")
MARQUE_UTF8 = "\ufeff"
LARGEUR_MAX = 60  # en caractères
DOLLARS, JOUR = '#,##0.00\xa0"$"', "yyyy-mm-dd"
TYPE_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def neutraliser(valeur):
    """Précède d'une apostrophe ce qu'un tableur prendrait pour une formule."""
    texte = "" if valeur is None else str(valeur)
    return f"'{texte}" if texte.startswith(AMORCES) else texte


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
    """Une somme s'écrit avec la virgule, sans espace ni signe de dollar : un tableur en français la lit."""
    if isinstance(valeur, Decimal):
        return str(arrondir(valeur)).replace(".", ",")
    return neutraliser(_jour(valeur))


def _jour(valeur):
    """Un moment devient son jour, à l'heure du Québec; le reste reste tel quel."""
    return jour_de(valeur) if isinstance(valeur, datetime) else valeur


def en_xlsx(nom, titre, colonnes, lignes):
    """Une feuille qui se filtre, première ligne figée; aucune cellule n'est une formule."""
    classeur = Workbook()
    feuille = classeur.active
    feuille.title = titre
    feuille.append(list(colonnes))
    for ligne in lignes:
        feuille.append([neutraliser(v) if isinstance(v, str) else _jour(v) for v in ligne])
    for cellule in feuille[1]:
        cellule.font = Font(bold=True)
    for numero, colonne in enumerate(feuille.columns, start=1):
        _presenter(colonne[1:])
        largeur = max(len(str(c.value)) for c in colonne if c.value is not None)
        feuille.column_dimensions[get_column_letter(numero)].width = min(largeur + 3, LARGEUR_MAX)
    feuille.freeze_panes = "A2"
    feuille.auto_filter.ref = feuille.dimensions
    octets = BytesIO()
    classeur.save(octets)
    return _reponse(octets.getvalue(), TYPE_XLSX, nom, "xlsx")


def _presenter(cellules):
    """Une somme en dollars, une date en AAAA-MM-JJ."""
    for cellule in cellules:
        if isinstance(cellule.value, Decimal):
            cellule.number_format = DOLLARS
        elif isinstance(cellule.value, date):
            cellule.number_format = JOUR


def _reponse(corps, type_mime, nom, suffixe):
    fichier = f"{slugify(nom)}-{aujourd_hui():%Y-%m-%d}.{suffixe}"
    entetes = {"Content-Disposition": f'attachment; filename="{fichier}"'}
    return HttpResponse(corps, content_type=type_mime, headers=entetes)
