"""Qui entre où : chaque adresse × chaque personne × chez soi ou ailleurs (`matrice.txt`).

Douze mille requêtes dont seul le code compte : ce que chacune referait à l'identique ne se fait qu'une fois. Les
droits d'une personne se lisent pour toute la situation, puisque rien de ce qui s'y écrit ne reste; une page de refus
se rend une fois par personne, méthode et raison; les pages ouvertes sont à `test_pages`, qui en vérifie aussi le code.
"""

from copy import deepcopy

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import get_resolver

from alliances.models import mandats
from socle.views import erreurs
from tests.situation import AILLEURS, ANONYME, CHEZ_SOI, PARTOUT, PERSONNES, lire_matrice

pytestmark = pytest.mark.django_db
MATRICE = list(lire_matrice())
DONNEES = {  # ce qu'un bouton envoie, sans quoi l'adresse n'a pas de sens
    "plans:deplacement": {"sens": "monter"},
    "plans:reouverture": {"motif": "Une erreur au budget"},
    "plans:observations": {"partie": "1d"},
    "plans:demandes": {"partie": "1d"},
}
REPERTOIRE_COMMUN = {
    "alliances:organisme": 200,
    "alliances:organisme_modification": 403,
    "alliances:identite_demande": 403,
}
LUS, RENDUES = {}, set()


@pytest.fixture(autouse=True)
def une_seule_fois(request, monkeypatch):
    """Ce qui se garde vaut pour une situation bâtie, que ses séances désignent; chaque requête en reçoit une copie."""
    if "situation" in request.fixturenames:
        batie = request.getfixturevalue("situation").seances["coordination"]
        monkeypatch.setattr(mandats, "_lire_droits", lire_une_fois(mandats._lire_droits, batie))
        monkeypatch.setattr(erreurs, "render", rendre_une_fois(erreurs.render, batie))


def lire_une_fois(lire, batie):
    def _lire_droits(utilisateur):
        cle = batie, utilisateur.pk
        if cle not in LUS:
            LUS[cle] = lire(utilisateur)
        return deepcopy(LUS[cle])

    return _lire_droits


def rendre_une_fois(rendre, batie):
    def render(request, gabarit, contexte, status):
        cle = batie, request.user.pk, request.method, gabarit, str(contexte)
        if cle in RENDUES:
            return HttpResponse(status=status)
        reponse = rendre(request, gabarit, contexte, status=status)
        RENDUES.add(cle)
        return reponse

    return render


def a_eprouver(methode, attendus):
    """Sur SQLite, qui ouvre une page la lit dans `test_pages`; PostgreSQL ne joue que la matrice."""
    lues_ailleurs = methode == "GET" and connection.vendor == "sqlite"
    return [p for p in PERSONNES if not (lues_ailleurs and attendus[p] == 200)]


A_EPROUVER = [ligne for ligne in MATRICE if a_eprouver(ligne[1], ligne[3])]
SUR_UN_OBJET = [ligne for ligne in MATRICE if ligne[2] != "-"]


def adresses(resolveur=None, prefixe=""):
    """Les noms de toutes les adresses, sauf celles de l'administration de Django."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if not hasattr(motif, "url_patterns"):
            yield prefixe + motif.name
        elif motif.app_name != "admin":
            yield from adresses(motif, f"{prefixe}{motif.namespace}:" if motif.namespace else prefixe)


def repondre(situation, personne, nom, methode, adresse):
    """Le code de la réponse; rien de ce qu'un envoi écrit ne reste."""
    donnees = DONNEES.get(nom, {}) if methode == "POST" else {}
    with transaction.atomic():
        reponse = getattr(situation.client(personne), methode.lower())(adresse, donnees)
        if reponse.streaming:
            reponse.getvalue()  # lire le fichier jusqu'au bout le ferme
        transaction.set_rollback(methode == "POST")
    return reponse.status_code


def comparer(recus, attendus):
    """Nomme chaque personne qui a reçu un autre code que l'attendu."""
    ecarts = [f"{p} : reçu {recus[p]}, attendu {attendus[p]}" for p in recus if recus[p] != attendus[p]]
    assert not ecarts, "\n".join(ecarts)


def ailleurs(personne, nom, chez_soi):
    """Le code attendu hors de sa portée : introuvable, sauf au répertoire commun des organismes."""
    if personne in PARTOUT:
        return chez_soi
    return 404 if personne in ("porteur", "engagement", "evaluation") else REPERTOIRE_COMMUN.get(nom, 404)


@pytest.mark.parametrize(
    "nom, methode, objet, attendus", A_EPROUVER, ids=[" ".join(ligne[:3]) for ligne in A_EPROUVER]
)
def test_chaque_personne_recoit_le_code_de_la_matrice(situation, nom, methode, objet, attendus):
    adresse = situation.adresse(nom, objet)
    recus = {p: repondre(situation, p, nom, methode, adresse) for p in a_eprouver(methode, attendus)}
    comparer(recus, attendus)


@pytest.mark.parametrize(
    "nom, methode, objet, attendus", SUR_UN_OBJET, ids=[" ".join(ligne[:3]) for ligne in SUR_UN_OBJET]
)
def test_hors_de_sa_portee_rien_ne_se_trouve(situation, nom, methode, objet, attendus):
    if not situation.a_une_portee(objet):
        return
    adresse = situation.adresse(nom, objet, AILLEURS)
    personnes = [p for p in PERSONNES if p not in PARTOUT]
    recus = {p: repondre(situation, p, nom, methode, adresse) for p in personnes}
    comparer(recus, {p: ailleurs(p, nom, attendus[p]) for p in personnes})


def test_aucune_adresse_ne_manque_a_la_matrice():
    connues = {nom for nom, *_ in MATRICE}
    servies = set(adresses())
    assert servies - connues == set(), "adresses à ajouter à tests/matrice.txt"
    assert connues - servies == set(), "adresses qui n’existent plus"


def test_la_matrice_dit_vrai_d_elle_meme():
    """Personne n'entre sans connexion ailleurs qu'aux pages publiques et à la porte du compte."""
    ouvertes = {nom for nom, _, _, codes in MATRICE if codes[ANONYME] == 200}
    privees = {
        nom
        for nom in ouvertes
        if nom.startswith(("alliances:", "plans:", "conventions:", "projets:", "pilotage:", "mfa_"))
    }
    publiques = {"appels_publics", "appel_public", "appel_questions", "entree"}
    assert privees == {f"projets:{nom}" for nom in publiques}
    lignes = [ligne[:3] for ligne in MATRICE]
    assert len(lignes) == len(set(lignes))


def une_seule_methode():
    """La première ligne des adresses dont la matrice ne donne qu'une méthode."""
    methodes = {}
    for nom, methode, *_ in MATRICE:
        methodes.setdefault(nom, set()).add(methode)
    vues = set()
    for nom, methode, objet, codes in MATRICE:
        if len(methodes[nom]) == 1 and nom not in vues:
            vues.add(nom)
            yield nom, methode, objet, codes


UNE_METHODE = list(une_seule_methode())


@pytest.mark.parametrize("nom, methode, objet, codes", UNE_METHODE, ids=[ligne[0] for ligne in UNE_METHODE])
def test_une_methode_absente_de_la_matrice_est_refusee(situation, nom, methode, objet, codes):
    autre = {"GET": "POST", "POST": "GET"}[methode]
    admise = next((p for p in PERSONNES if p != ANONYME and codes[p] in (200, 302)), "coordination")
    assert repondre(situation, admise, nom, autre, situation.adresse(nom, objet, CHEZ_SOI)) == 405
