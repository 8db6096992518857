"""L'arbre des enveloppes en rangées : chaque montant cumule l'enveloppe et ce qui en fait partie."""

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from conventions.models import Enveloppe
from conventions.models.ecritures import DISPONIBLE
from socle.argent import ZERO, en_dollars

COLONNES = ("alloue", "reserve", "engage", "verse", DISPONIBLE)
MILLE = 1000  # largeur de la barre


@dataclass(frozen=True)
class Montant:
    """Une somme en dollars, et les lignes du grand livre qui la font."""

    valeur: object
    url: str


@dataclass
class Branche:
    """Une rangée : l'enveloppe, son étage (1 pour un volet), ses sommes, et les segments de sa barre en millièmes."""

    enveloppe: Enveloppe
    libelle: str
    etage: int
    montants: list
    barre: list | None
    renommable: bool


def lien(convention, **filtres):
    return f"{reverse('conventions:grand_livre', args=[convention.pk])}?{urlencode(filtres)}"


def _cumuls(arbre):
    """{enveloppe: {colonne: somme}} de chaque enveloppe et de ses descendantes; une seule lecture des soldes."""
    parents = {e.pk: e.parent_id for e in arbre}
    cumuls = defaultdict(lambda: dict.fromkeys((*COLONNES, "convenu", "recu"), ZERO))
    for enveloppe in arbre:
        pk = enveloppe.pk
        while pk is not None:
            for colonne in cumuls[pk]:
                cumuls[pk][colonne] += getattr(enveloppe.solde, colonne)
            pk = parents.get(pk)
    return cumuls


def branches_de(convention, arbre):
    """Les rangées dans l'ordre de l'arbre; la première est ce que la racine n'a pas encore réparti."""
    cumuls, enfants = _cumuls(arbre), defaultdict(list)
    for enveloppe in arbre:
        enfants[enveloppe.parent_id].append(enveloppe)
    rangees = []

    def descendre(parent, etage):
        for enveloppe in enfants[parent]:
            rangees.append(_branche(convention, enveloppe, etage, cumuls[enveloppe.pk]))
            descendre(enveloppe.pk, etage + 1)

    for racine in enfants[None]:
        if racine.solde.alloue:
            propres = {colonne: getattr(racine.solde, colonne) for colonne in COLONNES}
            rangees.append(_branche(convention, racine, 1, propres, libelle="À répartir"))
        descendre(racine.pk, 1)
    return rangees


def _branche(convention, enveloppe, etage, sommes, libelle=""):
    portee = {"enveloppe": enveloppe.pk} | ({"seule": 1} if libelle else {})
    return Branche(
        enveloppe=enveloppe,
        libelle=libelle or str(enveloppe),
        etage=etage,
        montants=[Montant(sommes[c], lien(convention, compte=c, **portee)) for c in COLONNES],
        barre=_barre(sommes),
        renommable=not libelle and not any(sommes[c] for c in COLONNES),
    )


def _barre(sommes):
    """(classe, début, largeur) de chaque segment, en millièmes de l'alloué; `None` quand il n'y a rien à montrer."""
    if not sommes["alloue"]:
        return None
    bornes, cumul = [0], ZERO
    for colonne in ("verse", "engage", "reserve"):
        cumul += sommes[colonne]
        bornes.append(int(cumul * MILLE / sommes["alloue"]))
    classes = ("verse", "engage", "reserve")
    return [(c, a, b - a) for c, a, b in zip(classes, bornes, bornes[1:], strict=False) if b > a]


def chiffres_de(convention, arbre):
    """Les grands chiffres de l'exercice; chacun mène à ses lignes."""
    if not arbre:
        return []
    racine = arbre[0]
    sommes = _cumuls(arbre)[racine.pk]
    libelles = (
        ("convenu", "Convenu"),
        ("recu", "Reçu du Ministère"),
        ("alloue", "Alloué"),
        ("engage", "Engagé, à verser"),
        ("verse", "Versé"),
        (DISPONIBLE, "Disponible"),
    )
    return [
        {
            "libelle": libelle,
            "valeur": en_dollars(sommes[colonne]),
            "precision": "",
            "url": lien(convention, enveloppe=racine.pk, compte=colonne),
        }
        for colonne, libelle in libelles
    ]
