"""Le classeur à remplir pour reprendre des initiatives : ses feuilles, ses listes de valeurs, un exemple fictif."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from alliances.models import ThematiqueNationale
from projets.forms.imports import INITIATIVES, MONTANTS, TOUS, Connus
from projets.models import InitiativeReprise

GRAS = Font(bold=True)
LISEZ_MOI = (
    "Reprendre des initiatives",
    "Remplissez «\xa0Initiatives\xa0», une ligne par initiative, et «\xa0Montants\xa0», une ligne par initiative "
    "et par exercice. Ne changez pas la première ligne; l’ordre des colonnes est libre.",
    "Référence\xa0: celle que l’initiative portait; elle relie les deux feuilles et ne sert qu’une fois par Alliance.",
    "Organisme\xa0: son nom au répertoire. Le NEQ évite de se tromper; sans lui, le nom doit n’en désigner qu’un.",
    f"Territoires\xa0: leurs noms, séparés par un point-virgule, ou «\xa0{TOUS}\xa0».",
    "Dates\xa0: 2022-04-01, 01/04/2022 ou 1er avril 2022. Montants\xa0: 12\xa0000,50.",
    "Exercice\xa0: du 1er avril au 31 mars, ainsi\xa0: 2021-2022. Sans rien de versé ou de récupéré, laissez vide.",
    "Ne fusionnez aucune cellule. La feuille «\xa0Exemple\xa0» est fictive et ne se lit pas; «\xa0Listes\xa0» donne "
    "les mots permis.",
    "Rien n’entre avant que vous ayez relu l’essai. Un même fichier, redonné, n’ajoute rien.",
)
EXEMPLE = (
    ("FQIS-2019-014", "Cuisines du rang Nord", "Maison des familles fictive", "1140000017"),
    ("Des familles cuisinent ensemble deux fois par mois.", "2021-09-01", "2023-03-31"),
)
MONTANTS_D_EXEMPLE = (
    ("FQIS-2019-014", "2021-2022", 12000.50, 12000.50, None),
    ("FQIS-2019-014", "2022-2023", 8000, 8000, 250.25),
)


def modele_d_import(alliance):
    """Les octets du classeur, aux listes de cette Alliance."""
    classeur, connus = Workbook(), Connus(alliance, [])
    listes = {
        "État": InitiativeReprise.Etat.labels,
        "Territoires": [TOUS, *map(str, connus.tous)],
        "Thématique": list(dict.fromkeys(ThematiqueNationale.objects.values_list("nom", flat=True))),
    }
    _explications(classeur.active)
    a_remplir = _feuille(classeur, INITIATIVES.nom, INITIATIVES.noms.values())
    _feuille(classeur, MONTANTS.nom, MONTANTS.noms.values())
    _exemple(classeur, connus)
    _listes(classeur, a_remplir, listes)
    octets = BytesIO()
    classeur.save(octets)
    return octets.getvalue()


def _explications(feuille):
    feuille.title, feuille.column_dimensions["A"].width = "Lisez-moi", 110
    for phrase in LISEZ_MOI:
        feuille.append([phrase])
        feuille.cell(feuille.max_row, 1).alignment = Alignment(wrap_text=True)
    feuille["A1"].font = GRAS


def _feuille(classeur, nom, entetes):
    feuille = classeur.create_sheet(nom)
    feuille.append(list(entetes))
    feuille.freeze_panes = "A2"
    for cellule in feuille[1]:
        cellule.font = GRAS
        feuille.column_dimensions[cellule.column_letter].width = max(14, len(cellule.value) + 4)
    return feuille


def _exemple(classeur, connus):
    """Les deux feuilles, l'une sous l'autre : on voit comment la référence les relie."""
    feuille = _feuille(classeur, "Exemple", INITIATIVES.noms.values())
    lieu, etat = str(connus.tous[0]) if connus.tous else TOUS, InitiativeReprise.Etat.TERMINEE.label
    feuille.append([*EXEMPLE[0], *EXEMPLE[1], lieu, None, etat, 92])
    feuille.append([])
    feuille.append(list(MONTANTS.noms.values()))
    for cellule in feuille[feuille.max_row]:
        cellule.font = GRAS
    for ligne in MONTANTS_D_EXEMPLE:
        feuille.append(list(ligne))


def _listes(classeur, a_remplir, listes):
    """Les mots permis; l'état et la thématique se choisissent dans leur colonne, les territoires s'écrivent."""
    feuille = _feuille(classeur, "Listes", listes)
    entetes = list(INITIATIVES.noms.values())
    for rang, (nom, valeurs) in enumerate(listes.items(), start=1):
        for ligne, valeur in enumerate(valeurs, start=2):
            feuille.cell(ligne, rang, valeur)
        if nom != "Territoires" and valeurs:
            lettre = get_column_letter(rang)
            choix = DataValidation(
                "list", f"Listes!${lettre}$2:${lettre}${len(valeurs) + 1}", allow_blank=True
            )
            colonne = get_column_letter(entetes.index(nom) + 1)
            choix.add(f"{colonne}2:{colonne}{INITIATIVES.au_plus + 1}")
            a_remplir.add_data_validation(choix)
