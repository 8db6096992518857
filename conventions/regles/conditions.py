"""Ce qui libère un versement prévu, et ce qu'il attend encore, en une phrase."""

from dataclasses import dataclass
from datetime import date

DITES = frozenset({"rapport_accepte", "rapport_final"})  # la reddition les dit; elles ne se lisent pas ici


@dataclass(frozen=True)
class Faits:
    """Ce qu'on sait d'une convention un jour donné."""

    en_vigueur: bool
    plan_approuve: bool
    jour: date


def est_remplie(condition, prevue_le, faits):
    """La condition est-elle remplie? Jamais avant la signature; celles de la reddition attendent qu'on les dise."""
    if not faits.en_vigueur or condition in DITES:
        return False
    return {
        "signature": True,
        "plan_approuve": faits.plan_approuve,
        "date": prevue_le <= faits.jour,
    }[condition]


CE_QUI_LIBERE = {
    "signature": "la signature de la convention par toutes ses parties",
    "plan_approuve": "l’approbation du plan d’action",
    "rapport_accepte": "l’acceptation du rapport de l’exercice {rapport}",
    "rapport_final": "l’acceptation du rapport final",
    "date": "sa date",
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
