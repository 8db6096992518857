"""La liste des plans en CSV et en XLSX. Un texte qui ressemble à une formule reste un texte."""

import csv
from datetime import datetime
from io import BytesIO, StringIO

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from socle.horloge import aujourd_hui, jour_de

COLONNES = (
    "Alliance",
    "Région",
    "État",
    "À qui le tour",
    "Depuis",
    "Échéance",
    "En retard",
    "Version",
    "Dépôts",
    "Référence",
    "Déposée le",
)
AMORCES = ("=", "+", "-", "@", "\t", "\r")
MARQUE_UTF8 = "\ufeff"
LARGEUR_MAX = 60  # en caractères
TYPE_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def neutraliser(valeur):
    """Précède d'une apostrophe ce qu'un tableur prendrait pour une formule."""
    texte = "" if valeur is None else str(valeur)
    return f"'{texte}" if texte.startswith(AMORCES) else texte


def cellules(ligne):
    """Les valeurs d'une ligne, dans l'ordre de `COLONNES`."""
    version = ligne.version
    return [
        ligne.alliance.nom,
        ligne.regions,
        ligne.etat.libelle,
        ligne.camp,
        _jour(ligne.depuis),
        _jour(ligne.echeance),
        "Oui" if ligne.en_retard else "Non",
        version.numero if version else "",
        version.tour if version else 0,
        version.reference if version else "",
        _jour(version and version.deposee_le),
    ]


def _jour(moment):
    """Le jour d'une date ou d'un moment, à l'heure du Québec; rien reste rien."""
    return jour_de(moment) if isinstance(moment, datetime) else moment


def en_csv(lignes):
    """Point-virgule et marque UTF-8 : ce qu'un tableur réglé en français ouvre sans question."""
    texte = StringIO()
    ecrivain = csv.writer(texte, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(COLONNES)
    for ligne in lignes:
        ecrivain.writerow([neutraliser(valeur) for valeur in cellules(ligne)])
    return _reponse(MARQUE_UTF8 + texte.getvalue(), "text/csv; charset=utf-8", "csv")


def en_xlsx(lignes):
    """Une feuille qui se filtre, première ligne figée, vraies dates; aucune cellule n'est une formule."""
    classeur = Workbook()
    feuille = classeur.active
    feuille.title = "Plans d’action"
    feuille.append(COLONNES)
    for ligne in lignes:
        feuille.append([neutraliser(v) if isinstance(v, str) else v for v in cellules(ligne)])
    for cellule in feuille[1]:
        cellule.font = Font(bold=True)
    for numero, colonne in enumerate(feuille.columns, start=1):
        largeur = max(len(str(c.value)) for c in colonne if c.value is not None)
        feuille.column_dimensions[get_column_letter(numero)].width = min(largeur + 3, LARGEUR_MAX)
    feuille.freeze_panes = "A2"
    feuille.auto_filter.ref = feuille.dimensions
    octets = BytesIO()
    classeur.save(octets)
    return _reponse(octets.getvalue(), TYPE_XLSX, "xlsx")


def _reponse(corps, type_mime, suffixe):
    nom = f"plans-d-action-{aujourd_hui():%Y-%m-%d}.{suffixe}"
    entetes = {"Content-Disposition": f'attachment; filename="{nom}"'}
    return HttpResponse(corps, content_type=type_mime, headers=entetes)
