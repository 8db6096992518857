"""Des protocoles à chaque état, par les vrais gestes."""

from datetime import date

from projets.protocoles.models import ClausesAlliance, Paiement, Protocole
from projets.protocoles.regles.echeancier import USUELS
from socle.valeurs.horloge import aujourd_hui
from tests import fabriques
from tests.projets import fabriques as p

DATES = {"debut": date(2026, 9, 1), "fin": date(2026, 12, 31), "rapport_final_le": date(2027, 1, 31)}


def clauses_approuvees(alliance, par):
    ouvertes = ClausesAlliance.ouvrir(alliance, par=par)
    return ouvertes.approuver(par=par, revision=ouvertes.revision)


def prepare(initiative, par, **dates):
    return Protocole.preparer(initiative, par=par, **DATES | dates)


def avec_echeancier(protocole, par, tranches=None):
    tranches = protocole.echeancier_propose(USUELS) if tranches is None else tranches
    return protocole.enregistrer(par=par, revision=protocole.revision, tranches=tranches)


def transmis(initiative, par, tranches=None):
    protocole = avec_echeancier(prepare(initiative, par), par, tranches)
    return protocole.transmettre(par=par, revision=protocole.revision)


def signer(protocole, cote, par, **plus):
    saisie = {"nom": "Odile Castonval", "fonction": "Présidente", "signee_le": aujourd_hui()}
    if cote == "organisme":
        saisie |= {
            "resolution": "CA-2026-14",
            "resolution_le": aujourd_hui(),
            "fichier": fabriques.fichier_pdf(),
        }
    return protocole.signer(cote, par=par, **saisie | plus)


def signe(protocole, table, engage):
    """Les deux parties ont signé : l'argent est engagé."""
    signer(protocole, "alliance", table)
    return relire(signer(protocole, "organisme", engage))


def relire(protocole):
    relu = Protocole.objects.get(pk=protocole.pk)
    relu.initiative = p.relire(relu.initiative)
    return relu


def payer(tranche, par, **plus):
    saisie = {"montant": tranche.montant, "faite_le": aujourd_hui(), "reference": f"V-{tranche.rang}"} | plus
    return Paiement.inscrire(par=par, tranche=tranche, **saisie)
