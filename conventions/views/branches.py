"""L'arbre des enveloppes en rangées : chaque montant cumule l'enveloppe et ce qui en fait partie."""

from collections import defaultdict
from urllib.parse import urlencode

from django.urls import reverse

from conventions.models.arbres import en_profondeur
from conventions.models.ecritures import DISPONIBLE, Ecriture
from conventions.models.gardiens import COMPTES_DE_LA_RACINE, EMPLOIS
from conventions.regles.sommes import Sommes
from socle.valeurs.argent import ZERO, en_dollars

COLONNES = ("alloue", *EMPLOIS, DISPONIBLE)
SEGMENTS = ("verse", "depense", "remis", "engage", "reserve")
CHIFFRES = {
    "convenu": "Convenu",
    "recu": "Reçu et gardé",
    "recupere": "Récupéré",
    "annule": "Annulé",
    "reporte": "Reporté",
    "alloue": "Alloué",
    "engage": "Engagé, à verser",
    "verse": "Versé",
    "depense": "Dépensé par la Table",
    "remis": "Remis aux territoires",
    DISPONIBLE: "Disponible",
}
MILLE = 1000  # largeur de la barre


class Liens:
    """Où mènent les sommes d'une convention : aux lignes de son grand livre, ou à ses dépenses."""

    def __init__(self, convention):
        self.livre, self.depenses = (
            reverse(f"conventions:{page}", args=[convention.pk]) for page in ("grand_livre", "depenses")
        )

    def lignes(self, **filtres):
        """Le grand livre, à ces lignes-là."""
        return f"{self.livre}?{urlencode(filtres)}"

    def montants(self, sommes, **portee):
        """[(« 1 234,56 $ », adresse de ses lignes)] de sommes {compte: dollars}; un zéro ne mène nulle part."""
        base = f"{self.lignes(**portee)}{'&' if portee else ''}compte="
        liens = {"depense": self._depenses(portee)}
        return [
            (en_dollars(s), liens.get(compte, f"{base}{compte}") if s else "") for compte, s in sommes.items()
        ]

    def _depenses(self, portee):
        """Les dépenses, à cette enveloppe et à celles qui en font partie."""
        portee = {nom: valeur for nom, valeur in portee.items() if nom != "seule"}
        return f"{self.depenses}?{urlencode(portee)}"


def _cumuls(arbre):
    """{enveloppe: {colonne: somme}} de chaque enveloppe et de ses descendantes; une seule lecture des soldes."""
    parents = {e.pk: e.parent_id for e in arbre}
    cumuls = defaultdict(lambda: dict.fromkeys((*COLONNES, *COMPTES_DE_LA_RACINE), ZERO))
    for enveloppe in arbre:
        pk = enveloppe.pk
        while pk is not None:
            for colonne in cumuls[pk]:
                cumuls[pk][colonne] += getattr(enveloppe.solde, colonne)
            pk = parents.get(pk)
    return cumuls


def branches_de(convention, arbre):
    """Les rangées dans l'ordre de l'arbre; la première est ce que la racine n'a pas encore réparti."""
    cumuls, liens, rangees = _cumuls(arbre), Liens(convention), []
    for enveloppe, etage in en_profondeur(arbre):
        if etage:
            rangees.append(_branche(liens, enveloppe, etage, cumuls[enveloppe.pk]))
        elif enveloppe.solde.alloue:
            propres = {colonne: getattr(enveloppe.solde, colonne) for colonne in COLONNES}
            rangees.append(_branche(liens, enveloppe, 1, propres, libelle="À répartir"))
    return rangees


def _branche(liens, enveloppe, etage, sommes, libelle=""):
    """Une rangée en données simples (voir `{% fragment %}`); l'étage est 1 pour un volet."""
    portee = {"enveloppe": enveloppe.pk} | ({"seule": 1} if libelle else {})
    return {
        "pk": enveloppe.pk,
        "libelle": libelle or str(enveloppe),
        "etage": etage,
        "fixe": enveloppe.montant_fixe,
        "montants": liens.montants({c: sommes[c] for c in COLONNES}, **portee),
        "barre": _barre(sommes),
        "renommable": not libelle and not any(sommes[c] for c in COLONNES),
    }


def _barre(sommes):
    """(classe, début, largeur) de chaque segment, en millièmes de l'alloué; `None` quand il n'y a rien à montrer."""
    if not sommes["alloue"]:
        return None
    bornes, cumul = [0], ZERO
    for colonne in SEGMENTS:
        cumul += sommes[colonne]
        bornes.append(int(cumul * MILLE / sommes["alloue"]))
    return [(c, a, b - a) for c, a, b in zip(SEGMENTS, bornes, bornes[1:], strict=False) if b > a]


def chiffres_de(convention, arbre):
    """Les grands chiffres de l'exercice; chacun mène à ses lignes."""
    if not arbre:
        return []
    racine, liens = arbre[0], Liens(convention)
    sommes = _cumuls(arbre)[racine.pk]
    lues = Sommes(racine.an, **{compte: somme for compte, somme in sommes.items() if compte != DISPONIBLE})
    sommes["reporte"] = lues.reporte
    rares = {"recupere", "annule", "reporte", "depense", "remis"}  # à zéro, un de ces chiffres ne dit rien
    return [
        {
            "libelle": libelle,
            "valeur": en_dollars(sommes[colonne]),
            "precision": _d_ou(sommes[colonne]) if colonne == "reporte" else "",
            "url": liens.lignes(enveloppe=racine.pk, **_lignes(colonne)),
        }
        for colonne, libelle in CHIFFRES.items()
        if colonne not in rares or sommes[colonne]
    ]


def _lignes(colonne):
    """Ce qui filtre le grand livre aux lignes d'un chiffre : un compte, sauf ce que les reports ont déplacé."""
    return {"nature": Ecriture.Nature.REPORT} if colonne == "reporte" else {"compte": colonne}


def _d_ou(reporte):
    return "venus d’un autre exercice" if reporte > 0 else "passés à un autre exercice"
