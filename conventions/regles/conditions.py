"""Ce qui libère un versement prévu, et ce qu'il attend encore, en une phrase."""

from dataclasses import dataclass
from datetime import date

DITES = frozenset({"rapport_accepte", "rapport_final"})  # la reddition les dit au moment où elle accepte


@dataclass(frozen=True)
class Faits:
    """Ce qu'on sait d'une convention un jour donné; `rapport_accepte` : le rapport annuel que ce versement attend."""

    en_vigueur: bool
    plan_approuve: bool
    jour: date
    rapport_accepte: bool = False


def est_remplie(condition, prevue_le, faits):
    """La condition se lit-elle remplie? Jamais avant la signature; le rapport final attend qu'on le dise.

    Un rapport annuel accepté en juin vaut pour septembre, puis pour avril (évaluation 2017-2023, §1.2 et §1.3) : lu
    après coup, il ne libère un versement qu'à sa date. Le premier des siens, la reddition le libère en l'acceptant.
    """
    if not faits.en_vigueur:
        return False
    return {
        "signature": True,
        "plan_approuve": faits.plan_approuve,
        "date": prevue_le <= faits.jour,
        "rapport_accepte": faits.rapport_accepte and prevue_le <= faits.jour,
        "rapport_final": False,
        "reglement": False,
    }[condition]


CE_QUI_LIBERE = {
    "signature": "la signature de la convention par toutes ses parties",
    "plan_approuve": "l’approbation du plan d’action",
    "rapport_accepte": "l’acceptation du rapport de l’exercice {rapport}",
    "rapport_final": "l’acceptation du rapport final",
    "date": "sa date",
    "reglement": "la résiliation de la convention",
}
A_QUI_LE_TOUR = {
    "liberee": "la recommandation de {analyse}",
    "recommandee": "l’autorisation du Ministère",
    "autorisee": "le virement par les finances du Ministère",
}


def ce_qu_il_attend(etat, condition, *, rapport="", sans_region=False, entamee=False):
    """« l’approbation du plan d’action », « l’autorisation du Ministère »; vide si rien n'est attendu."""
    if etat == "prevue":
        return CE_QUI_LIBERE[condition].format(rapport=rapport)
    analyse = "l’analyse du Ministère" if sans_region else "Services Québec"
    attendu = A_QUI_LE_TOUR.get(etat, "").format(analyse=analyse)
    return f"{attendu}, pour le reste" if attendu and entamee else attendu
