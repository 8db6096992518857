"""Ce qui doit être vrai de l'argent des initiatives, recalculé des rangées brutes : ni solde, ni méthode, ni règle."""

from collections import Counter, defaultdict
from decimal import Decimal

from conventions.models import Ecriture
from projets.models import Affectation, Decision, Initiative, JournalProjets, PropositionDecision
from socle.models.chaines import premiere_rupture
from tests.conventions.verite import grand_livre_vrai
from tests.conventions.verite_de_l_argent import libre, par_enveloppe, rangees

RENDUES = ("desistee", "liberee")
SOUS_PROTOCOLE = ("en_cours", "suspendue", "terminee", "abandonnee")


def argent_des_initiatives_vrai(convention):
    """Aucune enveloppe dépassée; chaque acceptée a tout ce qu'elle a pris, chaque autre n'a plus rien."""
    initiatives = {i["id"]: i for i in rangees(Initiative)}
    decisions = {d["initiative_id"]: d for d in rangees(Decision)}  # la dernière vaut
    affectations = defaultdict(dict)
    for a in rangees(Affectation):
        affectations[a["initiative_id"]][a["enveloppe_id"]] = a["montant"]
    for comptes in par_enveloppe(convention).values():
        assert libre(comptes) >= 0, comptes

    reserves, ecritures = defaultdict(Counter), rangees(Ecriture, compte="reserve")
    promesses = {e["mouvement"]: e["reference"] for e in ecritures if e["nature"] == "reservation"}
    for e in ecritures:
        if e["reference"]:
            reserves[e["reference"]][e["enveloppe_id"]] += e["montant"]
    for cle, initiative in initiatives.items():
        acceptee, decision = initiative["etat"] == "acceptee", decisions.get(cle)
        reference = promesses[decision["mouvement"]] if decision and decision["mouvement"] else None
        gardes = {e: m for e, m in reserves[reference].items() if m}
        assert gardes == (affectations[cle] if acceptee else {}), initiative
        siennes = [e for e in ecritures if reference and e["reference"] == reference]
        _tout_ou_rien(initiative, decision, affectations[cle], siennes)
    attente = [p["initiative_id"] for p in rangees(PropositionDecision)]
    assert len(attente) == len({*attente})
    assert premiere_rupture(JournalProjets) is None
    grand_livre_vrai()


def _tout_ou_rien(initiative, decision, affectations, ecritures):
    """Un état qui a pris de l'argent, et sa décision, et son mouvement entier; ou rien de tout cela.

    `ecritures` : celles de la promesse que nomme le mouvement de sa décision.
    """
    a_pris = initiative["etat"] in ("acceptee", *RENDUES, *SOUS_PROTOCOLE)
    assert a_pris == bool(affectations) == bool(decision and decision["sens"] == "acceptee"), initiative
    siennes = [e for e in ecritures if e["nature"] == "reservation"]
    assert {e["mouvement"] for e in siennes} == ({decision["mouvement"]} if a_pris else set()), initiative
    assert {e["enveloppe_id"]: e["montant"] for e in siennes} == affectations
    rendus = [e for e in ecritures if e["nature"] == "liberation"]
    perdus = {e["enveloppe_id"]: Decimal(-e["montant"]) for e in rendus}
    assert len(rendus) == len(perdus)
    assert perdus == (affectations if initiative["etat"] in RENDUES else {}), initiative
