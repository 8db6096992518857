"""La chose à faire maintenant d'une initiative sous protocole : une seule, la plus pressante. Pur."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from socle.texte.typographie import date_longue
from socle.valeurs.montants import ZERO, en_dollars

AVANT_LE_RAPPORT = timedelta(days=30)  # un rapport attend son organisme un mois avant sa date
ORGANISME, TABLE, FINANCES, PERSONNE = "organisme", "table", "finances", ""
EN_TETES = {ORGANISME: "À vous", TABLE: "Au tour de la Table", FINANCES: "Aux finances de la Table"}
BENEFICIAIRE_CHANGE = (
    "L’identité de l’organisme a changé depuis la signature\xa0: rien ne se verse avant qu’un avenant "
    "signé la dise."
)


@dataclass(frozen=True)
class Faits:
    """Ce qui vient d'être lu; les dates des rapports sont celles où ils sont attendus."""

    etat: str
    fin: date
    manquent: tuple = ()  # les côtés dont la signature est attendue
    motif: str = ""  # d'une suspension, ou de la fin
    suspendu: bool = False
    du: Decimal = ZERO  # à rembourser
    a_verser: Decimal = ZERO  # libéré, et pas encore versé
    beneficiaire_change: bool = False
    rapports_attendus: tuple = ()
    rapports_recus: tuple = ()  # inscrits, pas encore acceptés


@dataclass(frozen=True)
class AFaire:
    qui: str
    quoi: str
    precision: str = ""
    pour: date | None = None
    tarde: bool = False
    geste: str = ""  # l'adresse du bouton, s'il y en a un

    @property
    def phrase(self):
        """Pour son organisme : « À vous : remettre votre rapport, au plus tard le 31 janvier 2027. »"""
        quand = f"{self.precision} {date_longue(self.pour)}" if self.pour else ""
        if self.qui == PERSONNE:
            return f"Elle se réalise. {quand}."
        suite = f", {_minuscule(quand)}" if quand else ""
        return f"{EN_TETES[self.qui]}\xa0: {_minuscule(self.quoi)}{suite}."


def _minuscule(mots):
    return mots[:1].lower() + mots[1:]


def a_faire(faits, jour):
    for regle in (_signer, _rembourser, _fini, _reprendre, _remettre, _lire, _verser):
        if trouve := regle(faits, jour):
            return trouve
    if faits.rapports_attendus:
        prochain = min(faits.rapports_attendus)
        return AFaire(PERSONNE, "Rien à faire maintenant", "Prochain rapport\xa0:", prochain)
    return AFaire(PERSONNE, "Rien à faire maintenant", "Fin de l’initiative\xa0:", faits.fin)


def _signer(faits, jour):
    if faits.etat != "transmis":
        return None
    if ORGANISME in faits.manquent:
        return AFaire(ORGANISME, "Signer le protocole, ou le refuser", geste="protocole")
    return AFaire(TABLE, "Signer le protocole")


def _rembourser(faits, jour):
    if not faits.du:
        return None
    return AFaire(
        ORGANISME, f"Rembourser {en_dollars(faits.du)}", "Le protocole est fini\xa0: joignez la Table."
    )


def _fini(faits, jour):
    dits = {"clos": "L’initiative est terminée", "resilie": "Le protocole est résilié"}
    return AFaire(PERSONNE, dits[faits.etat], faits.motif) if faits.etat in dits else None


def _reprendre(faits, jour):
    if not faits.suspendu:
        return None
    return AFaire(TABLE, "Dire si l’initiative reprend", f"Suspendue\xa0: {faits.motif}")


def _remettre(faits, jour):
    proches = [attendu for attendu in faits.rapports_attendus if attendu <= jour + AVANT_LE_RAPPORT]
    if not proches:
        return None
    pour = min(proches)
    precision = "En retard depuis le" if pour < jour else "Au plus tard le"
    return AFaire(ORGANISME, "Remettre votre rapport", precision, pour, pour < jour, geste="note")


def _lire(faits, jour):
    if not faits.rapports_recus:
        return None
    return AFaire(TABLE, "Lire le rapport reçu", "L’accepter libère ce qui l’attend.")


def _verser(faits, jour):
    if not faits.a_verser:
        return None
    if faits.beneficiaire_change:
        return AFaire(TABLE, "Vérifier le bénéficiaire", BENEFICIAIRE_CHANGE)
    return AFaire(FINANCES, f"Verser {en_dollars(faits.a_verser)}")
