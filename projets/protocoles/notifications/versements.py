"""Annoncer l'argent versé à un organisme, celui qui en revient, et ce qui se contrepasse."""

from alliances.notifications import Evenement
from projets.notifications.demandes import annoncer_de_la_demande

VERSEMENT = Evenement(
    "Versement fait",
    "L’Alliance a inscrit un versement à l’organisme. L’état des versements dit combien, quand, sous quelle "
    "référence et ce qui reste.",
)
CONTREPASSE = Evenement(
    "Versement contrepassé",
    "Un versement inscrit par erreur ne compte plus. L’état des versements dit s’il est de nouveau à faire.",
    legal=True,
)
REMBOURSEMENT = Evenement(
    "Remboursement reçu",
    "L’Alliance a inscrit une somme que l’organisme lui a rendue. L’état des versements dit ce qui reste à rendre.",
)
ANNULE = Evenement(
    "Remboursement contrepassé",
    "Un remboursement inscrit par erreur ne compte plus. L’état des versements dit ce qui reste à rendre.",
    legal=True,
)


def annoncer_les_versements(paiements, *, par):
    """Une fois par initiative, même de plusieurs versements : la clé est celle du dernier."""
    derniers = {paiement.protocole.initiative.pk: paiement for paiement in paiements}
    for paiement in derniers.values():
        _annoncer(paiement, VERSEMENT, "versement", par=par)


def annoncer_la_contrepassation(paiement, *, par):
    _annoncer(paiement, CONTREPASSE, "versement-contrepasse", par=par)


def annoncer_le_remboursement(remboursement, *, par):
    _annoncer(remboursement, REMBOURSEMENT, "remboursement", par=par)


def annoncer_son_annulation(remboursement, *, par):
    _annoncer(remboursement, ANNULE, "remboursement-contrepasse", par=par)


def _annoncer(mouvement, dit, code, *, par):
    annoncer_de_la_demande(mouvement.protocole.initiative, dit, f"{code}-{mouvement.pk}", par=par)
