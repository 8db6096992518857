"""Où est chaque dollar décidé, recalculé des rangées brutes : ni solde, ni méthode, ni règle du produit."""

from collections import Counter, defaultdict

from conventions.models import Ecriture
from projets.models import Affectation, Decision, Initiative
from projets.protocoles.models import (
    LigneDeReleve,
    LigneRectifiee,
    Paiement,
    Protocole,
    Rectificatif,
    Remboursement,
    Tranche,
)
from socle.models.chaines import premiere_rupture
from tests.conventions.verite import grand_livre_vrai
from tests.conventions.verite_de_l_argent import rangees
from tests.projets.verite import argent_des_initiatives_vrai

FINIES = ("terminee", "abandonnee")
SOUS_PROTOCOLE = ("en_cours", "suspendue")
RECTIFIEES = ("a_recuperer", "radie", "libere")


def argent_des_protocoles_vrai(convention):
    """Réservé + engagé + versé + libéré = décidé, somme par somme; chaque sortie a sa ligne et sa tranche."""
    argent_des_initiatives_vrai(convention)
    contrepassees = {e["contrepasse_id"] for e in rangees(Ecriture) if e["contrepasse_id"]}
    faits = {
        m: [r for r in rangees(m) if r["ecriture_id"] not in contrepassees] for m in (Paiement, Remboursement)
    }
    tranches = {t["id"]: t for t in rangees(Tranche)}
    releve = {ligne["id"]: ligne for ligne in rangees(LigneDeReleve)}
    verses, rendus = Counter(), Counter()
    for paiement in faits[Paiement]:
        verses[tranches[paiement["tranche_id"]]["affectation_id"]] += paiement["montant"]
    for remboursement in faits[Remboursement]:
        rendus[releve[remboursement["ligne_id"]]["affectation_id"]] += remboursement["montant"]
    _tranches_justes(tranches, faits[Paiement])
    promis = _promis(tranches, faits[Paiement])
    comptes = _au_livre(convention)
    initiatives, promesses = {i["id"]: i for i in rangees(Initiative)}, _promesses()
    for a in rangees(Affectation, enveloppe__convention=convention.pk):
        etat = initiatives[a["initiative_id"]]["etat"]
        livre, ligne = comptes[promesses[a["initiative_id"]], a["enveloppe_id"]], _ligne(releve, a)
        assert livre["verse"] == verses[a["id"]] - rendus[a["id"]], (a, livre)
        libere = a["montant"] - livre["reserve"] - livre["engage"] - verses[a["id"]]
        assert libere == -livre["libere"], (a, livre, libere)
        assert (ligne is not None) == (etat in FINIES), (etat, ligne)
        if etat in SOUS_PROTOCOLE:
            assert livre["engage"] == promis[a["id"]], (a, livre, promis)
        if ligne:
            assert (livre["engage"], livre["reserve"]) == (0, 0)
            dit = (
                ligne["decide"],
                ligne["garde"] + ligne["a_recuperer"] + ligne["radie"],
                ligne["libere"],
            )
            assert dit == (a["montant"], verses[a["id"]], libere), (ligne, livre)
            assert rendus[a["id"]] <= ligne["a_recuperer"]
    _rectifies_a_deux(releve)
    for modele in (Paiement, Remboursement):
        assert premiere_rupture(modele) is None
    grand_livre_vrai()


def _rectifies_a_deux(releve):
    """Une ligne dit ce que son dernier rectificatif confirmé dit, enchaîné de proche en proche, jamais d'une main."""
    confirmes = {r["id"]: r for r in rangees(Rectificatif) if r["confirme_le"]}
    for r in confirmes.values():
        assert r["paiement_id"] or r["confirme_par_id"] != r["propose_par_id"], r
    siennes = [x for x in rangees(LigneRectifiee) if x["rectificatif_id"] in confirmes]
    for cle, ligne in releve.items():
        suite = [x for x in siennes if x["ligne_id"] == cle]
        suite.sort(key=lambda x: confirmes[x["rectificatif_id"]]["numero"])
        dits = [tuple(x[c] for c in RECTIFIEES) for x in suite]
        avant = [tuple(x[f"{c}_avant"] for c in RECTIFIEES) for x in suite]
        assert dits[:-1] == avant[1:], suite
        if dits:
            assert dits[-1] == tuple(ligne[c] for c in RECTIFIEES), (ligne, suite)


def _promesses():
    """{initiative: la référence de ce que sa dernière décision a réservé}"""
    references = {e["mouvement"]: e["reference"] for e in rangees(Ecriture, nature="reservation")}
    return {d["initiative_id"]: references[d["mouvement"]] for d in rangees(Decision) if d["mouvement"]}


def _au_livre(convention):
    """{(référence, enveloppe): {compte: dollars}}, et ce que les libérations en ont rendu."""
    comptes = defaultdict(Counter)
    for e in rangees(Ecriture, convention=convention.pk):
        siens = comptes[e["reference"], e["enveloppe_id"]]
        siens[e["compte"]] += e["montant"]
        if e["nature"] == "liberation":
            siens["libere"] += e["montant"]
    return comptes


def _ligne(releve, affectation):
    return next((x for x in releve.values() if x["affectation_id"] == affectation["id"]), None)


def _promis(tranches, paiements):
    """{somme accordée: ce que ses versements promettent encore}; c'est ce qui en reste engagé, au cent.

    Un protocole abandonné garde ses versements prévus pour mémoire, et n'en promet aucun.
    """
    promis, abandonnes = Counter(), {p["id"] for p in rangees(Protocole, etat="abandonne")}
    for t in tranches.values():
        if t["etat"] != "annulee" and t["protocole_id"] not in abandonnes:
            promis[t["affectation_id"]] += t["montant"]
    for paiement in paiements:
        tranche = tranches[paiement["tranche_id"]]
        if tranche["etat"] != "annulee":
            promis[tranche["affectation_id"]] -= paiement["montant"]
    return promis


def _tranches_justes(tranches, paiements):
    payees = Counter()
    for paiement in paiements:
        payees[paiement["tranche_id"]] += paiement["montant"]
    etats = {p["id"]: p["etat"] for p in rangees(Protocole)}
    for cle, t in tranches.items():
        assert payees[cle] <= t["montant"], t
        assert (t["etat"] == "versee") == (payees[cle] == t["montant"]), (t, payees[cle])
        if etats[t["protocole_id"]] in ("clos", "resilie"):
            assert t["etat"] in ("versee", "annulee"), t
        elif etats[t["protocole_id"]] != "signe":
            assert (t["etat"], payees[cle]) == ("prevue", 0), t
