"""Un tableau téléversé, CSV ou Excel : ses lignes en texte, par champ, et leurs fautes nommées par ligne et colonne."""

import csv
import io
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from zipfile import BadZipFile, ZipFile

from django import forms
from openpyxl import load_workbook

UTF_8, DE_WINDOWS = "utf-8-sig", "cp1252"
TAILLE_MAXIMALE = 1_000_000  # octets
DEPLIE_AU_PLUS = 20_000_000  # octets, pour un classeur
SIGNATURE_XLSX = b"PK\x03\x04"
SEPARATEURS = ";,\t"  # dans cet ordre : le premier des plus fréquents
TOTAL, EXTRAIT = "Total", "Extrait le"  # le pied de nos classeurs : à l'import, ce n'est pas une ligne
DATES = ["%Y-%m-%d", "%Y/%m/%d", "%Y %m %d", "%d/%m/%Y", "%d-%m-%Y"]  # jour d'abord quand l'an est à la fin
ILLISIBLE = "Ce fichier Excel ne se lit pas\u00a0: enregistrez-le de nouveau, ou en CSV."


def lire_le_tableau(fichier, noms, *, encodages=(UTF_8,), excel=False, facultatives=()):
    """[(numéro de ligne, {champ: texte})] des lignes qui ne sont pas vides.

    `noms` : {champ: en-tête}; accents et majuscules n'y comptent pas. Lève `ValidationError` si une colonne manque.
    """
    if fichier.size > TAILLE_MAXIMALE:
        raise forms.ValidationError("Ce fichier dépasse 1\u00a0Mo\u00a0: ce n’est pas ce qui est demandé.")
    octets = fichier.read()
    classeur = excel and octets.startswith(SIGNATURE_XLSX)
    lignes = _classeur(octets) if classeur else _csv(_texte(octets, encodages))
    if not lignes:
        raise forms.ValidationError("Ce fichier est vide.")
    colonnes = {sans_accent(nom): champ for champ, nom in noms.items()}
    champs = [colonnes.get(sans_accent(nom), nom) for nom in lignes[0]]
    if doubles := [nom for champ, nom in noms.items() if champs.count(champ) > 1]:
        raise forms.ValidationError(
            [f"Ligne 1, colonne {nom}\u00a0: elle y est deux fois." for nom in doubles]
        )
    exigees = [nom for champ, nom in noms.items() if champ not in facultatives]
    manquantes = [nom for nom in exigees if colonnes[sans_accent(nom)] not in champs]
    if manquantes and len(manquantes) == len(exigees):
        raise forms.ValidationError(
            f"La première ligne n’a aucune des colonnes attendues\u00a0: {', '.join(exigees)}. Est-ce le bon fichier?"
        )
    if manquantes:
        raise forms.ValidationError(
            [f"Ligne 1, colonne {nom}\u00a0: il manque cette colonne." for nom in manquantes]
        )
    propres = [(n, [propre(cellule) for cellule in ligne]) for n, ligne in enumerate(lignes[1:], start=2)]
    if longues := [(n, ligne) for n, ligne in propres if any(ligne[len(champs) :])]:
        raise forms.ValidationError([_de_trop(n, ligne, len(champs)) for n, ligne in longues])
    remplies = [(n, ligne) for n, ligne in propres if any(ligne) and not _est_du_pied(ligne)]
    return [(n, dict(zip(champs, ligne, strict=False))) for n, ligne in remplies]


def _est_du_pied(ligne):
    """Le total ou la date d'extraction, que nos classeurs écrivent sous les lignes."""
    return ligne[0] == TOTAL or (ligne[0].startswith(EXTRAIT) and not any(ligne[1:]))


def _de_trop(numero, ligne, colonnes):
    """Un séparateur dans un montant décale tout : la ligne se refuse, plutôt que de perdre ce qui dépasse."""
    return f"Ligne {numero}\u00a0: {len(ligne)} cellules au lieu de {colonnes}; un montant contient-il le séparateur?"


def _texte(octets, encodages):
    for encodage in encodages:
        try:
            return octets.decode(encodage)
        except UnicodeDecodeError:
            continue
    raise forms.ValidationError(
        "Ce fichier n’est pas en UTF-8. Dans le tableur, enregistrez-le en «\u00a0CSV UTF-8\u00a0»."
    )


def _csv(texte):
    premiere = texte.partition("\n")[0]
    separateur = max(SEPARATEURS, key=premiere.count)
    try:
        return list(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True))
    except csv.Error as erreur:
        raise forms.ValidationError(
            "Ce fichier ne se lit pas\u00a0: un guillemet n’est pas fermé."
        ) from erreur


def _classeur(octets):
    """Les lignes de la première feuille; les valeurs, jamais les formules."""
    try:
        with ZipFile(io.BytesIO(octets)) as archive:
            deplie = sum(membre.file_size for membre in archive.infolist())
        if deplie > DEPLIE_AU_PLUS:
            raise forms.ValidationError("Ce classeur est trop gros une fois ouvert.")
        classeur = load_workbook(io.BytesIO(octets), read_only=True, data_only=True)
        feuille = classeur.worksheets[0]
        lignes = [[en_texte(valeur) for valeur in ligne] for ligne in feuille.iter_rows(values_only=True)]
        classeur.close()
    except (BadZipFile, KeyError, IndexError, TypeError, ValueError, SyntaxError, OSError) as erreur:
        raise forms.ValidationError(ILLISIBLE) from erreur
    return lignes


def en_texte(valeur):
    """Une cellule telle qu'on l'écrirait : une date AAAA-MM-JJ, un nombre sans le bruit des flottants."""
    if valeur is None:
        return ""
    if isinstance(valeur, datetime):
        return valeur.date().isoformat()
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, float):
        return f"{round(Decimal(valeur), 6).normalize():f}"
    return str(valeur)


def propre(cellule):
    """Sans espaces autour, ni l'apostrophe qui garde une formule d'en être une."""
    return cellule.strip().removeprefix("'")


def sans_accent(nom):
    decompose = unicodedata.normalize("NFD", nom.strip().lower())
    return "".join(c for c in decompose if not unicodedata.combining(c))


def fautes_de(form):
    """(champ, phrase) des erreurs d'une ligne."""
    for champ, erreurs in form.errors.items():
        for phrase in erreurs:
            yield champ, "cette case est vide." if form.has_error(champ, "required") else phrase


def nommer(numero, fautes, noms):
    """« Ligne 3, colonne Montant : … »; `noms` : {champ: en-tête}."""
    return [
        f"Ligne {numero}, colonne {noms[champ]}\u00a0: {phrase[:1].lower()}{phrase[1:]}"
        for champ, phrase in fautes
    ]
