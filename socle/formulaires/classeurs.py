"""Un classeur Excel de plusieurs feuilles : ses lignes en texte, par champ, et ses fautes par feuille et cellule.

« Initiatives!F12 : entrez une date. » Une cellule fusionnée se refuse : sa valeur n'appartient qu'à la première.
"""

import io
from dataclasses import dataclass, field
from zipfile import BadZipFile, ZipFile

from django import forms
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from socle.formulaires.tableaux import (
    DEPLIE_AU_PLUS,
    ILLISIBLE,
    SIGNATURE_XLSX,
    TAILLE_MAXIMALE,
    en_texte,
    propre,
    sans_accent,
)

PAS_UN_CLASSEUR = (
    "Ce fichier n’est pas un classeur Excel (.xlsx)\u00a0: enregistrez-le ainsi, ou partez du modèle."
)
FUSIONNEES = "ces cellules sont fusionnées\u00a0: défusionnez-les, et répétez la valeur sur chaque ligne."


@dataclass(frozen=True)
class Feuille:
    """Ce qu'on attend d'une feuille : son nom, {champ: en-tête}, et combien de lignes au plus."""

    nom: str
    noms: dict
    au_plus: int
    facultatives: tuple = ()


@dataclass
class Ligne:
    """Une ligne lue : son rang dans la feuille, ses textes, et [(cellule, phrase)] de ce qui n'y va pas."""

    feuille: str
    numero: int
    texte: dict
    lettres: dict
    fautes: list = field(default_factory=list)

    def faute(self, champ, phrase):
        self.fautes.append(faute_de(self.feuille, f"{self.lettres.get(champ, 'A')}{self.numero}", phrase))


def faute_de(feuille, cellule, phrase):
    """« Initiatives!F12 : entrez une date. »"""
    return f"{feuille}!{cellule}\u00a0: {phrase[:1].lower()}{phrase[1:]}"


def lire_le_classeur(fichier, feuilles):
    """{nom de feuille: [`Ligne`]}, sans les vides; lève `ValidationError` avec toutes les fautes de forme."""
    classeur = _ouvrir(fichier)
    presentes = {sans_accent(feuille.title): feuille for feuille in classeur.worksheets}
    manquantes = [f.nom for f in feuilles if sans_accent(f.nom) not in presentes]
    if manquantes:
        raise forms.ValidationError(
            [f"Il manque la feuille «\u00a0{nom}\u00a0»\u00a0: partez du modèle." for nom in manquantes]
        )
    lues = {f.nom: _lire(presentes[sans_accent(f.nom)], f) for f in feuilles}
    if fautes := [faute for _, fautives in lues.values() for faute in fautives]:
        raise forms.ValidationError(fautes)
    return {nom: lignes for nom, (lignes, _) in lues.items()}


def _ouvrir(fichier):
    if fichier.size > TAILLE_MAXIMALE:
        raise forms.ValidationError(
            "Ce fichier dépasse 1\u00a0Mo\u00a0: partagez-le, par exercice par exemple."
        )
    octets = fichier.read()
    if not octets.startswith(SIGNATURE_XLSX):
        raise forms.ValidationError(PAS_UN_CLASSEUR)
    try:
        with ZipFile(io.BytesIO(octets)) as archive:
            deplie = sum(membre.file_size for membre in archive.infolist())
        if deplie > DEPLIE_AU_PLUS:
            raise forms.ValidationError("Ce classeur est trop gros une fois ouvert.")
        return load_workbook(io.BytesIO(octets), data_only=True)
    except (BadZipFile, KeyError, IndexError, TypeError, ValueError, SyntaxError, OSError) as erreur:
        raise forms.ValidationError(ILLISIBLE) from erreur


def _lire(feuille, attendue):
    """(lignes, fautes de forme) d'une feuille."""
    rangees = feuille.iter_rows(values_only=True)
    lettres, fautes = _colonnes(next(rangees, ()), attendue)
    fautes += [
        faute_de(attendue.nom, str(plage), FUSIONNEES)
        for plage in sorted(map(str, feuille.merged_cells.ranges))
    ]
    if fautes:
        return [], fautes
    lignes = list(_lignes(rangees, lettres, attendue.nom))
    if len(lignes) > attendue.au_plus:
        return [], [
            f"{attendue.nom}\u00a0: {len(lignes)} lignes; un import en a au plus {attendue.au_plus}. Partagez le "
            "fichier, par exercice par exemple."
        ]
    return lignes, []


def _lignes(rangees, lettres, nom):
    for numero, rangee in enumerate(rangees, start=2):
        textes = {
            champ: propre(en_texte(rangee[rang])) if rang < len(rangee) else ""
            for champ, rang in lettres.items()
        }
        if any(textes.values()):
            cellules = {champ: get_column_letter(rang + 1) for champ, rang in lettres.items()}
            yield Ligne(nom, numero, textes, cellules)


def _colonnes(entete, attendue):
    """({champ: rang de sa colonne}, fautes) d'après la première ligne; accents et majuscules n'y comptent pas."""
    lus = [sans_accent(en_texte(valeur)) for valeur in entete]
    places = {champ: sans_accent(nom) for champ, nom in attendue.noms.items()}
    fautes = [
        faute_de(attendue.nom, "1", f"il manque la colonne «\u00a0{attendue.noms[champ]}\u00a0».")
        for champ, cle in places.items()
        if cle not in lus and champ not in attendue.facultatives
    ]
    fautes += [
        faute_de(attendue.nom, "1", f"la colonne «\u00a0{attendue.noms[champ]}\u00a0» y est deux fois.")
        for champ, cle in places.items()
        if lus.count(cle) > 1
    ]
    return {champ: lus.index(cle) for champ, cle in places.items() if cle in lus}, fautes
