"""Toutes les pages que la matrice ouvre, relues par chaque personne : balisage, langue, sécurité, requêtes."""

import re
from collections import defaultdict

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from socle.models import CibleDeService
from tests.outils.html_accessible import Arbre, assert_html_accessible
from tests.situation import PERSONNES, lire_matrice

pytestmark = pytest.mark.django_db
REQUETES_AU_PLUS = 12
LECTURES = ("SELECT", "UPDATE", "INSERT", "DELETE", "WITH")  # et non les points de reprise de l'essai
PAGES = {
    (nom, objet): [p for p in PERSONNES if codes[p] == 200]
    for nom, methode, objet, codes in lire_matrice()
    if methode == "GET" and 200 in codes.values()
}
ANGLAIS = re.compile(
    r"\b(the|and|your?|please|submit|password|sign (?:in|up|out)|log ?(?:in|out)|e-?mail|save|delete|cancel|"
    r"next|previous|search|required|this field|error|token|username|settings|unknown|none|true|false|"
    r"null|undefined|january|february|monday|sunday)\b",
    re.IGNORECASE,
)
ANNEE_GROUPEE = re.compile(r"\b2[\s\u00a0\u202f]0[12]\d\b")
TITRES_SELON_LA_PORTEE = {("plans:liste", "-")}  # « Plan d’action » de qui n’en a qu’un
DIRECTIVES_INTERDITES = ("unsafe-inline", "unsafe-eval", "http:", "*")
PIED = ["/appels/", "/aide/", "/nous-joindre/", "/accessibilite/", "/confidentialite/"]


def pages_de(situation, nom, objet):
    """(personne, réponse HTML, nombre de requêtes) de chaque personne qui ouvre cette page."""
    adresse = situation.adresse(nom, objet)
    CibleDeService.du_moment()  # lues une fois par minute et par processus
    for personne in PAGES[nom, objet]:
        with CaptureQueriesContext(connection) as requetes:
            reponse = situation.client(personne).get(adresse)
        assert reponse.status_code == 200, f"{personne} : reçu {reponse.status_code}, attendu 200"
        if reponse.streaming:
            reponse.getvalue()
        elif reponse.headers["Content-Type"].startswith("text/html"):
            yield personne, reponse, sum(r["sql"].startswith(LECTURES) for r in requetes)


def titre_de(reponse):
    return re.search(r"<title>(.*?)</title>", reponse.content.decode(), re.DOTALL)[1].strip()


def textes(noeud):
    """Le texte lu, morceau par morceau, sans les blocs de code."""
    if noeud.balise in ("code", "script", "style", "template"):
        return
    yield from noeud.textes
    for attribut in ("alt", "title", "aria-label", "placeholder"):
        yield noeud.lire(attribut) or ""
    for enfant in noeud.enfants:
        yield from textes(enfant)


def fautes_de(reponse):
    """Ce que la page enfreint, en phrases."""
    racine = Arbre(reponse.content.decode()).racine
    noeuds = list(racine.descendants())
    lu = " ".join(textes(racine))
    yield from (
        f"mot anglais « {mot[0]} » : …{lu[mot.start() - 30 : mot.end() + 30]}…"
        for mot in ANGLAIS.finditer(lu)
    )
    yield from (f"année en groupes de chiffres : {annee[0]}" for annee in ANNEE_GROUPEE.finditer(lu))
    for noeud in noeuds:
        for attribut in ("href", "src", "action", "formaction"):
            adresse = noeud.lire(attribut) or ""
            if adresse.startswith(("http:", "https:", "//", "javascript:")):
                yield f"{noeud} mène hors du service : {adresse}"
    pied = next(n for n in noeuds if n.balise == "ul" and n.lire("class") == "pied-liens")
    if [n.lire("href") for n in pied.descendants() if n.balise == "a"] != PIED:
        yield "le pied de page n’a pas l’aide à sa place"
    politique = reponse.headers["Content-Security-Policy"]
    if "default-src 'none'" not in politique or any(mot in politique for mot in DIRECTIVES_INTERDITES):
        yield f"politique de contenu trop large : {politique}"


@pytest.mark.parametrize("nom, objet", PAGES, ids=[" ".join(page) for page in PAGES])
def test_chaque_page_se_lit_par_chaque_personne_qui_l_ouvre(situation, nom, objet):
    titres = set()
    for personne, reponse, requetes in pages_de(situation, nom, objet):
        titres.add(titre_de(reponse))
        assert_html_accessible(reponse)
        fautes = list(fautes_de(reponse))
        if requetes > REQUETES_AU_PLUS:
            fautes.append(f"{requetes} requêtes, {REQUETES_AU_PLUS} au plus")
        assert not fautes, f"{personne} :\n" + "\n".join(fautes)
    assert len(titres) <= 1 or (nom, objet) in TITRES_SELON_LA_PORTEE, titres


def test_deux_adresses_n_ont_pas_le_meme_titre(situation):
    titres = defaultdict(set)
    for (nom, objet), admises in PAGES.items():
        with transaction.atomic():  # une clé de courriel ouverte par une autre ferme la séance
            reponse = situation.client(admises[-1]).get(situation.adresse(nom, objet))
            transaction.set_rollback(True)
        if reponse.streaming:
            reponse.getvalue()
        elif reponse.headers["Content-Type"].startswith("text/html"):
            titres[titre_de(reponse)] |= {(nom, personne) for personne in admises}
    communs = {titre: communes(ouvertes) for titre, ouvertes in titres.items()}
    assert {titre: noms for titre, noms in communs.items() if noms} == {}


def communes(ouvertes):
    """Les adresses qu'une même personne ouvre sous un même titre."""
    for personne in PERSONNES:
        noms = sorted({nom for nom, admise in ouvertes if admise == personne})
        if len(noms) > 1:
            return noms
    return []
