"""Lecture et validation des sept fichiers de référence d’`alliances/donnees/`.

Module pur : il lit des fichiers CSV, ne connaît ni la base ni les modèles. Toutes les erreurs sont
rassemblées avant de refuser, chacune avec son fichier, sa ligne et sa colonne.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

DOSSIER = Path(__file__).parent / "donnees"
TOUTE_LA_REGION = "region"


@dataclass(frozen=True)
class Defaut:
    """Une erreur située dans un fichier; `ligne` compte à partir de 1, l’en-tête comprise."""

    fichier: str
    ligne: int
    colonne: str
    message: str

    def __str__(self):
        colonne = f", colonne « {self.colonne} »" if self.colonne else ""
        return f"{self.fichier}, ligne {self.ligne}{colonne} : {self.message}"


class ReferenceInvalide(Exception):
    """Les fichiers de référence portent au moins un défaut; rien ne doit être chargé."""

    def __init__(self, defauts):
        super().__init__("\n".join(str(defaut) for defaut in defauts))
        self.defauts = defauts


@dataclass(frozen=True)
class Colonne:
    """Une colonne attendue : son nom, la lecture de sa valeur, et si elle peut rester vide."""

    nom: str
    lire: Callable[[str], object] = str
    facultative: bool = False


@dataclass
class Reference:
    """Le contenu validé des sept fichiers, dans l’ordre des lignes."""

    cycles: list[dict] = field(default_factory=list)
    regions: list[dict] = field(default_factory=list)
    territoires: list[dict] = field(default_factory=list)
    indices: list[dict] = field(default_factory=list)
    thematiques: list[dict] = field(default_factory=list)
    secteurs: list[dict] = field(default_factory=list)
    signataires: list[dict] = field(default_factory=list)


def lire_code(valeur):
    """Un code en minuscules, chiffres et traits d’union : la clé stable d’une ligne."""
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", valeur):
        raise ValueError("le code doit s’écrire en minuscules sans accent, chiffres et traits d’union")
    return valeur


def lire_date(valeur):
    """Une date ISO (2025-03-31)."""
    try:
        return date.fromisoformat(valeur)
    except ValueError:
        raise ValueError(f"« {valeur} » n’est pas une date de la forme 2025-03-31") from None


def lire_dollars(valeur):
    """Un montant en dollars entiers, positif, sans espace ni signe."""
    if not re.fullmatch(r"[0-9]{1,12}", valeur):
        raise ValueError(f"« {valeur} » n’est pas un montant en dollars entiers")
    return int(valeur)


def lire_indice(valeur):
    """La valeur d’un indice, à quatre décimales au plus, avec un point : -9.9372."""
    if not re.fullmatch(r"-?[0-9]{1,8}(\.[0-9]{1,4})?", valeur):
        raise ValueError(f"« {valeur} » n’est pas une valeur de la forme -9.9372")
    return Decimal(valeur)


def lire_entier(minimum, maximum):
    """Fabrique la lecture d’un nombre entier entre deux bornes comprises."""

    def lire(valeur):
        if not re.fullmatch(r"[0-9]{1,4}", valeur) or not minimum <= int(valeur) <= maximum:
            raise ValueError(f"« {valeur} » n’est pas un nombre de {minimum} à {maximum}")
        return int(valeur)

    return lire


def lire_oui_non(valeur):
    """« oui » ou « non »."""
    if valeur not in ("oui", "non"):
        raise ValueError(f"« {valeur} » : la valeur doit être « oui » ou « non »")
    return valeur == "oui"


def lire_parmi(*permises):
    """Fabrique la lecture d’une valeur prise dans une liste fermée."""

    def lire(valeur):
        if valeur not in permises:
            raise ValueError(f"« {valeur} » ne fait pas partie de : {', '.join(permises)}")
        return valeur

    return lire


def lire_liste(valeur):
    """Des codes séparés par des espaces."""
    codes = valeur.split()
    if len(codes) != len(set(codes)):
        raise ValueError("un même code y figure deux fois")
    return codes


INDICES = ("idms", "ive", "population", "faible_revenu")
CLASSES = 104
TYPES_TERRITOIRE = ("mrc", "ville", "equivalent")
TYPES_SIGNATAIRE = (
    "organisme_regional",
    "table_regionale",
    "table_elus",
    "table_prefets_mrc",
    "organisme_municipal",
    "ville",
    "organisation_autochtone",
    "inconnu",
)
CERTITUDES = ("confirmee", "a_confirmer", "inconnue")

SCHEMAS = {
    "cycles": [
        Colonne("code", lire_code),
        Colonne("debut", lire_date),
        Colonne("fin", lire_date),
        Colonne("fin_realisation", lire_date),
        Colonne("echeance_plan", lire_date),
        Colonne("montant", lire_dollars),
    ],
    "regions": [Colonne("code", lire_code), Colonne("nom")],
    "territoires": [
        Colonne("code", lire_code),
        Colonne("nom"),
        Colonne("type", lire_parmi(*TYPES_TERRITOIRE)),
        Colonne("region"),
        Colonne("devitalise_source", facultative=True),
    ],
    "indices": [
        Colonne("territoire", lire_code),
        Colonne("indice", lire_parmi(*INDICES)),
        Colonne("an", lire_entier(2000, 2100)),
        Colonne("valeur", lire_indice, facultative=True),
        Colonne("rang", lire_entier(1, CLASSES), facultative=True),
        Colonne("source"),
        Colonne("fictif", lire_oui_non),
    ],
    "thematiques": [
        Colonne("cycle"),
        Colonne("code", lire_code),
        Colonne("nom"),
        Colonne("recommandee", lire_oui_non),
        Colonne("definition"),
    ],
    "secteurs": [Colonne("code", lire_code), Colonne("nom"), Colonne("attendu_au_plan", lire_oui_non)],
    "signataires": [
        Colonne("alliance", lire_code),
        Colonne("nom"),
        Colonne("regions", lire_liste, facultative=True),
        Colonne("territoires", lire_liste, facultative=True),
        Colonne("table", facultative=True),
        Colonne("organisme"),
        Colonne("type", lire_parmi(*TYPES_SIGNATAIRE)),
        Colonne("gestionnaire", facultative=True),
        Colonne("montant_publie", lire_dollars, facultative=True),
        Colonne("montant_demo_fictif", lire_dollars),
        Colonne("certitude", lire_parmi(*CERTITUDES)),
    ],
}
CLES = {
    "indices": ("territoire", "indice", "an"),
    "thematiques": ("cycle", "code"),
    "signataires": ("alliance",),
}


def lire_reference(dossier=DOSSIER, longueurs=None):
    """Lit et valide les sept fichiers de `dossier`; `longueurs` : {(fichier, colonne): caractères au plus}.

    Lève `ReferenceInvalide` avec tous les défauts trouvés, fichier par fichier puis entre fichiers.
    """
    defauts, longueurs = [], longueurs or {}
    reference = Reference()
    for nom, colonnes in SCHEMAS.items():
        setattr(
            reference,
            nom,
            _lire_fichier(Path(dossier) / f"{nom}.csv", colonnes, CLES.get(nom, ("code",)), defauts),
        )
    for (nom, colonne), maximum in longueurs.items():
        for ligne in getattr(reference, nom):
            if len(ligne[colonne] or "") > maximum:
                message = f"la valeur compte {len(ligne[colonne])} caractères; {maximum} au plus."
                defauts.append(Defaut(f"{nom}.csv", ligne["ligne"], colonne, message))
    _croiser(reference, defauts)
    if defauts:
        raise ReferenceInvalide(defauts)
    return reference


def _lire_fichier(chemin, colonnes, cle, defauts):
    """Les lignes valides de `chemin`; chaque ligne porte son numéro sous la clé `ligne`."""
    try:
        texte = chemin.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        defauts.append(Defaut(chemin.name, 1, "", "le fichier est absent."))
        return []
    except UnicodeDecodeError as erreur:
        ligne = chemin.read_bytes()[: erreur.start].count(b"\n") + 1
        defauts.append(Defaut(chemin.name, ligne, "", "le fichier n’est pas encodé en UTF-8."))
        return []
    lecteur = csv.reader(texte.splitlines(keepends=True), strict=True)
    try:
        entete = next(lecteur, [])
        if not _entete_conforme(chemin.name, entete, colonnes, defauts):
            return []
        return _lire_lignes(chemin.name, lecteur, entete, colonnes, cle, defauts)
    except csv.Error as erreur:
        defauts.append(Defaut(chemin.name, lecteur.line_num, "", f"le CSV est mal formé ({erreur})."))
        return []


def _entete_conforme(fichier, entete, colonnes, defauts):
    attendues = [colonne.nom for colonne in colonnes]
    avant = len(defauts)
    for nom in dict.fromkeys(entete):
        if nom not in attendues:
            defauts.append(Defaut(fichier, 1, nom, "cette colonne est inconnue."))
        elif entete.count(nom) > 1:
            defauts.append(Defaut(fichier, 1, nom, "cette colonne figure deux fois."))
    for nom in attendues:
        if nom not in entete:
            defauts.append(Defaut(fichier, 1, nom, "cette colonne manque."))
    return len(defauts) == avant


def _lire_lignes(fichier, lecteur, entete, colonnes, cle, defauts):
    lignes, premieres = [], {}
    for cellules in lecteur:
        numero = lecteur.line_num
        if not any(cellule.strip() for cellule in cellules):
            continue
        if len(cellules) != len(entete):
            message = f"la ligne compte {len(cellules)} valeurs au lieu de {len(entete)}."
            defauts.append(Defaut(fichier, numero, "", message))
            continue
        brut = dict(zip(entete, cellules, strict=True))
        ligne = {"ligne": numero} | {
            c.nom: _lire_valeur(fichier, numero, c, brut[c.nom], defauts) for c in colonnes
        }
        identite = tuple(ligne[nom] for nom in cle)
        if None not in identite and premieres.setdefault(identite, numero) != numero:
            message = f"« {brut[cle[-1]].strip()} » figure déjà à la ligne {premieres[identite]}."
            defauts.append(Defaut(fichier, numero, cle[-1], message))
        lignes.append(ligne)
    if not lignes:
        defauts.append(Defaut(fichier, 1, "", "le fichier ne contient aucune ligne."))
    return lignes


def _lire_valeur(fichier, numero, colonne, brute, defauts):
    valeur = brute.strip()
    if not valeur:
        if not colonne.facultative:
            defauts.append(Defaut(fichier, numero, colonne.nom, "la valeur manque."))
        return [] if colonne.lire is lire_liste else "" if colonne.lire is str else None
    try:
        return colonne.lire(valeur)
    except ValueError as erreur:
        defauts.append(Defaut(fichier, numero, colonne.nom, f"{erreur}."))
        return None


def _croiser(reference, defauts):
    """Vérifie les renvois d’un fichier à l’autre et l’ordre des dates; ce qui ne s’est pas lu ne se juge pas."""
    fautives = {(defaut.fichier, defaut.ligne) for defaut in defauts}
    abimes = {fichier.removesuffix(".csv") for fichier, _ in fautives}
    regions = {ligne["code"] for ligne in reference.regions}
    territoires = {ligne["code"]: ligne["region"] for ligne in reference.territoires}
    cycles = {ligne["code"] for ligne in reference.cycles}

    def signaler(fichier, ligne, colonne, message):
        defauts.append(Defaut(f"{fichier}.csv", ligne["ligne"], colonne, message))

    def saines(nom, *renvois):
        """Les lignes de ce fichier qui se sont lues, si les fichiers où elles renvoient se sont lus aussi."""
        lignes = [] if abimes & {*renvois} else getattr(reference, nom)
        return [ligne for ligne in lignes if (f"{nom}.csv", ligne["ligne"]) not in fautives]

    for ligne in saines("cycles"):
        _verifier_dates(ligne, signaler)
    for ligne in saines("territoires", "regions"):
        if ligne["region"] not in regions:
            signaler("territoires", ligne, "region", f"la région « {ligne['region']} » est inconnue.")
    for ligne in saines("indices", "territoires"):
        _verifier_indice(ligne, territoires, signaler)
    for ligne in saines("thematiques", "cycles"):
        if ligne["cycle"] not in cycles:
            signaler("thematiques", ligne, "cycle", f"le cycle « {ligne['cycle']} » est inconnu.")
    for ligne in saines("signataires", "regions", "territoires"):
        _verifier_territoires(ligne, regions, territoires, signaler)


def _verifier_dates(ligne, signaler):
    if ligne["fin"] <= ligne["debut"]:
        signaler("cycles", ligne, "fin", "la fin doit suivre le début.")
    if not ligne["debut"] <= ligne["fin_realisation"] <= ligne["fin"]:
        signaler("cycles", ligne, "fin_realisation", "la date doit tomber pendant le cycle.")
    if not ligne["debut"] <= ligne["echeance_plan"] <= ligne["fin"]:
        signaler("cycles", ligne, "echeance_plan", "la date doit tomber pendant le cycle.")


def _verifier_indice(ligne, territoires, signaler):
    if ligne["territoire"] not in territoires:
        signaler("indices", ligne, "territoire", f"le territoire « {ligne['territoire']} » est inconnu.")
    if ligne["valeur"] is None and ligne["rang"] is None:
        signaler("indices", ligne, "valeur", "il faut une valeur, un rang, ou les deux.")


def _verifier_territoires(ligne, regions, territoires, signaler):
    for code in ligne["regions"]:
        if code not in regions:
            signaler("signataires", ligne, "regions", f"la région « {code} » est inconnue.")
    if ligne["territoires"] == [TOUTE_LA_REGION]:
        if not ligne["regions"]:
            signaler("signataires", ligne, "territoires", "« region » suppose au moins une région.")
        return
    for code in ligne["territoires"]:
        if code not in territoires:
            signaler("signataires", ligne, "territoires", f"le territoire « {code} » est inconnu.")
        elif territoires[code] not in ligne["regions"]:
            signaler(
                "signataires",
                ligne,
                "territoires",
                f"le territoire « {code} » est hors de ces régions.",
            )


def territoires_du_signataire(ligne, reference):
    """Les codes de territoires que couvre l’Alliance de cette ligne (règle « region » développée)."""
    if ligne["territoires"] != [TOUTE_LA_REGION]:
        return ligne["territoires"]
    return [t["code"] for t in reference.territoires if t["region"] in ligne["regions"]]
