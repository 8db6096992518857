"""Où en est un protocole : l'argent de ses versements, à qui le tour, ce qui vient.

Ce qu'il reçoit vient d'être lu; rien ne se demande à la base.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from projets.protocoles.regles.a_faire import BENEFICIAIRE_CHANGE
from socle.texte.typographie import date_longue
from socle.valeurs.montants import ZERO, en_dollars


@dataclass(frozen=True)
class Versement:
    """Une tranche, et ce qui en est versé; `rapport` : rien, « inscrit » ou « accepté », quand elle en attend un."""

    rang: int
    montant: Decimal
    verse: Decimal
    etat: str
    condition: str
    prevue_le: date
    retenue: bool = False
    rapport: str = ""
    due_le: date | None = None  # la plus tardive de sa date prévue et de sa libération

    @property
    def attendu_le(self):
        return self.due_le or self.prevue_le

    @property
    def reste(self):
        return ZERO if self.etat == "annulee" else self.montant - self.verse

    def tarde(self, jour):
        """Prévu, et son jour est passé."""
        return bool(self.reste) and self.attendu_le < jour


@dataclass(frozen=True)
class Argent:
    """Accordé = versé + à verser + retenu + libéré, au cent."""

    accorde: Decimal
    verse: Decimal
    a_verser: Decimal
    retenu: Decimal
    depense: Decimal

    @property
    def libere(self):
        return self.accorde - self.verse - self.a_verser - self.retenu

    @property
    def barre(self):
        """[(classe, début, largeur)] en millièmes de l'accordé."""
        parts, debut = [("verse", self.verse), ("engage", self.a_verser), ("retenu", self.retenu)], ZERO
        for classe, montant in parts:
            if montant:
                yield classe, _millieme(debut, self.accorde), _millieme(montant, self.accorde)
            debut += montant

    @property
    def repere(self):
        """Où tombe, sur la barre, ce que les rapports disent dépensé; rien tant qu'aucun n'est accepté."""
        return _millieme(min(self.depense, self.accorde), self.accorde) if self.depense else None


def _millieme(montant, total):
    return f"{montant / total * 1000:.1f}" if total else "0"


def argent(accorde, versements, depense):
    restes = [(v.reste, v.retenue) for v in versements]
    return Argent(
        accorde=accorde,
        verse=sum((v.verse for v in versements), ZERO),
        a_verser=sum((reste for reste, retenue in restes if not retenue), ZERO),
        retenu=sum((reste for reste, retenue in restes if retenue), ZERO),
        depense=depense,
    )


@dataclass(frozen=True)
class Tour:
    """Qui doit faire quoi; `pour` : le jour où c'est attendu, s'il y en a un."""

    qui: str
    quoi: str
    pour: date | None = None
    tarde: bool = False


PARTIES = {"alliance": "À l’Alliance", "organisme": "À l’organisme"}
LES_DEUX = "Aux deux parties"
FINIS = {
    "clos": Tour("À personne", "Le protocole est clos, l’initiative terminée."),
    "resilie": Tour("À personne", "Le protocole est résilié."),
    "abandonne": Tour("À personne", "Ce protocole est abandonné."),
}


def tour(
    etat,
    versements,
    *,
    jour,
    pret=False,
    manquent=(),
    suspendu=False,
    du=ZERO,
    beneficiaire_change=False,
    terme=None,
):
    """À qui le tour; `pret` : rien n'empêche de transmettre; `manquent` : les côtés dont la signature est attendue.

    `du` : ce que l'organisme doit rendre; `terme` : ce qui reste avant de clore, en un `Tour`, quand tout est versé.
    """
    if du:
        return Tour(PARTIES["organisme"], f"Rembourser {en_dollars(du)}.")
    if etat in FINIS:
        return FINIS[etat]
    if etat == "preparation":
        reste = "Relire le protocole" if pret else "Régler ce qui manque"
        return Tour("À la Table", f"{reste}, puis le transmettre pour signature.")
    if etat == "transmis":
        qui = PARTIES[manquent[0]] if len(manquent) == 1 else LES_DEUX
        return Tour(qui, "Signer le protocole, ou le refuser.")
    if suspendu:
        return Tour("À la Table", "L’initiative est suspendue\xa0: elle reprend, ou s’arrête.")
    return _tour_en_vigueur([v for v in versements if v.reste], jour, beneficiaire_change, terme)


A_CLORE = Tour("À la Table", "Tout est versé\xa0: il reste à clore le protocole.")


def terme(fin, rapport_final_le, recu, accepte, jour):
    """Tout est versé : l'initiative finit, l'organisme rend compte, la Table l'accepte, puis clôt."""
    if accepte:
        return (
            A_CLORE
            if jour > fin
            else Tour("À personne", f"L’initiative va jusqu’au {date_longue(fin)}.", fin)
        )
    if recu:
        return Tour("À la Table", "Lire le rapport final reçu.")
    if jour < fin:
        return Tour("À personne", f"L’initiative va jusqu’au {date_longue(fin)}.", fin)
    tarde = rapport_final_le < jour
    return Tour("À l’organisme", "Remettre le rapport final.", rapport_final_le, tarde)


def _tour_en_vigueur(a_faire, jour, beneficiaire_change, terme):
    """Ce qui se paie d'abord, puis ce qui s'accepte, puis ce qui s'attend."""
    if liberes := [v for v in a_faire if v.etat == "liberee"]:
        if beneficiaire_change:
            return Tour("À la Table", f"Vérifier le bénéficiaire. {BENEFICIAIRE_CHANGE}")
        total = sum((v.reste for v in liberes), ZERO)
        premier = min(v.attendu_le for v in liberes)
        return Tour("Aux finances", f"Verser {en_dollars(total)}.", premier, premier < jour)
    if a_accepter := [v for v in a_faire if v.rapport == "inscrit"]:
        return Tour("À la Table", f"Lire le rapport reçu\xa0: l’accepter libère {_total(a_accepter)}.")
    if not a_faire:
        return terme or A_CLORE
    premier = min(a_faire, key=lambda v: v.prevue_le)
    if premier.condition == "rapport":
        tarde = premier.tarde(jour)
        return Tour("À l’organisme", "Remettre le rapport attendu.", premier.prevue_le, tarde)
    return Tour(
        "À personne",
        f"Le prochain versement se libère le {date_longue(premier.prevue_le)}.",
        premier.prevue_le,
    )


def _total(versements):
    return en_dollars(sum((v.reste for v in versements), ZERO))


def prochaine(versements):
    """Le prochain versement à faire, ou rien."""
    return min((v for v in versements if v.reste), key=lambda v: (v.prevue_le, v.rang), default=None)
