"""Les versements en CSV et en XLSX : vraies dates, vrais nombres; aucun texte ne devient une formule."""

import csv
from io import BytesIO, StringIO

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from alliances.plans.views.exports import LARGEUR_MAX, MARQUE_UTF8, TYPE_XLSX, neutraliser
from socle.argent import arrondir
from socle.horloge import aujourd_hui, jour_de

COLONNES = (
    "Alliance",
    "Convention",
    "Versement",
    "Exercice",
    "Montant",
    "Versé",
    "Reste",
    "Condition",
    "Prévu le",
    "État",
    "Attend",
    "Obligation en retard",
    "Dérogation",
)
A_PAYER = (
    "Convention",
    "Versement",
    "Alliance",
    "Bénéficiaire",
    "NEQ",
    "Exercice",
    "Montant",
    "Autorisé le",
    "Date",
    "Référence",
)
ARGENT, JOUR = "# ##0.00", "yyyy-mm-dd"


def cellules(echeance):
    """Les valeurs d'une ligne, dans l'ordre de `COLONNES`."""
    return [
        echeance.convention.alliance.nom,
        echeance.convention.numero,
        echeance.rang,
        str(echeance.exercice),
        echeance.montant,
        echeance.deja_verse,
        echeance.montant - echeance.deja_verse,
        echeance.condition_en_mots,
        echeance.prevue_le,
        echeance.get_etat_display(),
        echeance.attend(),
        _oui(echeance.en_retard),
        _oui(echeance.a_une_derogation),
    ]


def _oui(vrai):
    return "Oui" if vrai else "Non"


def liste_csv(echeances):
    """Point-virgule, virgule décimale et marque UTF-8 : ce qu'un tableur réglé en français ouvre sans question."""
    texte = StringIO()
    ecrivain = csv.writer(texte, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(COLONNES)
    for echeance in echeances:
        ecrivain.writerow([_en_texte(valeur) for valeur in cellules(echeance)])
    return _reponse(MARQUE_UTF8 + texte.getvalue(), "text/csv; charset=utf-8", "versements", "csv")


def _en_texte(valeur):
    if hasattr(valeur, "quantize"):
        return str(arrondir(valeur)).replace(".", ",")
    return neutraliser(valeur)


def liste_xlsx(echeances):
    return _classeur("Versements", COLONNES, map(cellules, echeances), "versements")


def a_payer_xlsx(echeances, beneficiaires):
    """Une ligne par versement autorisé; Date et Référence se remplissent, puis le fichier revient en CSV."""
    lignes = []
    for echeance in echeances:
        organisme = beneficiaires.get(echeance.convention_id)
        lignes.append(
            [
                echeance.convention.numero,
                echeance.rang,
                echeance.convention.alliance.nom,
                str(organisme or ""),
                organisme.neq if organisme else "",
                str(echeance.exercice),
                echeance.montant - echeance.deja_verse,
                jour_de(echeance.autorisee_le),
                None,
                None,
            ]
        )
    return _classeur("À payer", A_PAYER, lignes, "versements-a-payer")


def _classeur(titre, colonnes, lignes, nom):
    classeur = Workbook()
    feuille = classeur.active
    feuille.title = titre
    feuille.append(colonnes)
    for ligne in lignes:
        feuille.append([neutraliser(v) if isinstance(v, str) else v for v in ligne])
    for cellule in feuille[1]:
        cellule.font = Font(bold=True)
    for numero, colonne in enumerate(feuille.columns, start=1):
        for cellule in colonne[1:]:
            cellule.number_format = _format(cellule.value) or cellule.number_format
        largeur = max(len(str(c.value)) for c in colonne if c.value is not None)
        feuille.column_dimensions[get_column_letter(numero)].width = min(largeur + 3, LARGEUR_MAX)
    feuille.freeze_panes = "A2"
    feuille.auto_filter.ref = feuille.dimensions
    octets = BytesIO()
    classeur.save(octets)
    return _reponse(octets.getvalue(), TYPE_XLSX, nom, "xlsx")


def _format(valeur):
    if hasattr(valeur, "quantize"):
        return ARGENT
    return JOUR if hasattr(valeur, "isoformat") else None


def _reponse(corps, type_mime, nom, suffixe):
    entetes = {"Content-Disposition": f'attachment; filename="{nom}-{aujourd_hui():%Y-%m-%d}.{suffixe}"'}
    return HttpResponse(corps, content_type=type_mime, headers=entetes)
