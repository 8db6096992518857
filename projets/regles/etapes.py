"""Les dates d'un appel, en étapes nommées : faite, en cours, à venir."""

from dataclasses import dataclass

from socle.texte.typographie import date_heure, date_longue


@dataclass(frozen=True)
class Etape:
    nom: str
    quand: str
    situation: str  # « faite », « en cours » ou « à venir »


def etapes(appel, moment, jour):
    """Celles dont l'appel dit la date, dans l'ordre; une seule, au plus, est en cours. Retiré, il n'en a plus."""
    if appel.etat == "retire":
        return []
    promise, debut = appel.decision_promise_le, appel.debut_au_plus_tot
    depot = _situation(appel.ouvre_le, appel.ferme_le, moment)
    lues = [
        appel.ouvre_le and Etape("Ouverture", date_heure(appel.ouvre_le), _passe(appel.ouvre_le, moment)),
        appel.ferme_le
        and Etape("Dépôt", f"jusqu’au {date_heure(appel.ferme_le).removeprefix('le ')}", depot),
        promise and Etape("Réponse", f"au plus tard le {date_longue(promise)}", _passe(promise, jour)),
        debut and Etape("Début possible", date_longue(debut), _passe(debut, jour)),
    ]
    return [etape for etape in lues if etape]


def _passe(quand, maintenant):
    return "faite" if quand <= maintenant else "à venir"


def _situation(debut, fin, maintenant):
    if debut is None or maintenant < debut:
        return "à venir"
    return "en cours" if maintenant < fin else "faite"
