"""Deux demandes pour la même chose, au même moment : le même organisme, ou un objet qui se dit presque pareil."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from socle.valeurs.alphabet import normaliser

# Des mots de toutes les demandes : en partager un ne rapproche rien.
PASSE_PARTOUT = (
    "avec dans des les pour par une aux sur leur leurs nos notre ses son qui que nous vos votre est sont plus chez "
    "entre vers projet initiative programme service personne communaute local locale region regional phase volet an "
    "annee milieu soutien territoire"
)
COMMUNS = frozenset(PASSE_PARTOUT.split())
TITRE_VOISIN, RESUME_VOISIN = 0.6, 0.6  # part des mots communs aux deux
MOTS_DU_TITRE, MOTS_DU_RESUME = 2, 6  # en dessous, deux textes courts se ressembleraient par hasard


@dataclass(frozen=True)
class Dossier:
    """Ce que la règle lit d'une demande; `neq` est vide pour un organisme qui n'en a pas."""

    cle: int
    organisme: int
    neq: str
    nom: str
    debut: date
    fin: date
    titre: str
    resume: str = ""

    @cached_property
    def titre_en_mots(self):
        return _mots(self.titre)

    @cached_property
    def resume_en_mots(self):
        return _mots(self.resume)

    @cached_property
    def reperes(self):
        """Deux voisins en ont au moins un en commun; qui n'en partage aucun ne se compare pas."""
        porteur = {self.organisme, self.neq, f"nom {normaliser(self.nom)}"} - {""}
        return porteur | self.titre_en_mots | self.resume_en_mots


@dataclass(frozen=True)
class Voisin:
    cle: int
    meme_organisme: bool
    meme_objet: bool


def voisins_des(dossiers, autres):
    """{clé d'un dossier: [`Voisin`]}, parmi `autres`; un dossier n'est pas son propre voisin."""
    trouves, par_repere = {dossier.cle: [] for dossier in dossiers}, defaultdict(dict)
    for dossier in dossiers:
        for repere in dossier.reperes:
            par_repere[repere][dossier.cle] = dossier
    for autre in autres:
        a_comparer = {}
        for repere in par_repere.keys() & autre.reperes:
            a_comparer |= par_repere[repere]
        for dossier in a_comparer.values():
            if voisin := _voisin(dossier, autre):
                trouves[dossier.cle].append(voisin)
    return trouves


def _voisin(dossier, autre):
    if autre.cle == dossier.cle or autre.debut > dossier.fin or autre.fin < dossier.debut:
        return None
    organisme, objet = _meme_organisme(dossier, autre), _meme_objet(dossier, autre)
    return Voisin(autre.cle, organisme, objet) if organisme or objet else None


def _meme_organisme(un, autre):
    """La même fiche, le même NEQ; sans NEQ d'un côté, le même nom."""
    if un.organisme == autre.organisme or (un.neq and un.neq == autre.neq):
        return True
    return not (un.neq and autre.neq) and normaliser(un.nom) == normaliser(autre.nom)


def _meme_objet(un, autre):
    return _proches(un.titre_en_mots, autre.titre_en_mots, MOTS_DU_TITRE, TITRE_VOISIN) or _proches(
        un.resume_en_mots, autre.resume_en_mots, MOTS_DU_RESUME, RESUME_VOISIN
    )


def _proches(un, autre, au_moins, part):
    communs = len(un & autre)
    return communs >= au_moins and communs >= part * len(un | autre)


def _mots(texte):
    """Les mots qui disent l'objet, sans accents, ni pluriel, ni ordre."""
    lus = re.findall(r"[a-z0-9]{3,}", normaliser(texte))
    return frozenset(mot.rstrip("sx") for mot in lus if mot not in COMMUNS) - COMMUNS
