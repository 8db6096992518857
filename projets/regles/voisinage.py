"""Deux demandes pour la même chose, au même moment : le même organisme, ou un objet qui se dit presque pareil."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain

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
TEXTES_GARDES = 16384  # deux par demande : ce qui est en jeu de cinq années d'un pays


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
    def objet(self):
        return _objet(self.titre, self.resume)


@dataclass(frozen=True)
class Voisin:
    cle: int
    meme_organisme: bool
    meme_objet: bool


def voisins_des(dossiers, autres):
    """{clé d'un dossier: [`Voisin`]}, parmi `autres`; un dossier n'est pas son propre voisin."""
    return {un.cle: [voisin for autre in autres if (voisin := _voisin(un, autre))] for un in dossiers}


def memes_objets(dossiers, textes):
    """Les clés de ce qui a l'objet d'un de ces dossiers; `textes` : [(clé, titre, résumé)], de tout un pays.

    Qui ne partage aucun mot avec un dossier ne s'y compare pas.
    """
    par_mot = defaultdict(list)
    for dossier in dossiers:
        for mot in frozenset(chain(*dossier.objet)):
            par_mot[mot].append(dossier)
    for cle, titre, resume in textes:
        objet = _objet(titre, resume)
        a_comparer = {
            d.cle: d for mot in chain(*objet) if mot in par_mot for d in par_mot[mot] if d.cle != cle
        }
        if any(_meme_objet(dossier.objet, objet) for dossier in a_comparer.values()):
            yield cle


def _voisin(dossier, autre):
    if autre.cle == dossier.cle or autre.debut > dossier.fin or autre.fin < dossier.debut:
        return None
    organisme, objet = _meme_organisme(dossier, autre), _meme_objet(dossier.objet, autre.objet)
    return Voisin(autre.cle, organisme, objet) if organisme or objet else None


def _meme_organisme(un, autre):
    """La même fiche, le même NEQ; sans NEQ d'un côté, le même nom."""
    if un.organisme == autre.organisme or (un.neq and un.neq == autre.neq):
        return True
    return not (un.neq and autre.neq) and normaliser(un.nom) == normaliser(autre.nom)


def _meme_objet(un, autre):
    (titre, resume), (autre_titre, autre_resume) = un, autre
    return _proches(titre, autre_titre, MOTS_DU_TITRE, TITRE_VOISIN) or _proches(
        resume, autre_resume, MOTS_DU_RESUME, RESUME_VOISIN
    )


def _proches(un, autre, au_moins, part):
    communs = len(un & autre)
    return communs >= au_moins and communs >= part * len(un | autre)


def _objet(titre, resume):
    """Les mots du titre, et ceux du résumé."""
    return _mots(titre), _mots(resume)


@lru_cache(maxsize=TEXTES_GARDES)
def _mots(texte):
    """Les mots qui disent l'objet, sans accents, ni pluriel, ni ordre."""
    lus = re.findall(r"[a-z0-9]{3,}", normaliser(texte))
    return frozenset(mot.rstrip("sx") for mot in lus if mot not in COMMUNS) - COMMUNS
