"""Ce qui libère un versement prévu, et ce qu'il attend encore, en une phrase."""

from dataclasses import dataclass
from datetime import date, timedelta

from socle.valeurs.exercice import Exercice

RAPPORTS = frozenset({"rapport_accepte", "rapport_final"})
JOUR = "jour"


@dataclass(frozen=True)
class Faits:
    """Ce qu'on sait d'un versement prévu et de sa convention un jour donné.

    `rapport_accepte` : celui que ce versement attend, annuel ou final. `sans_plan` : c'est le premier versement, ou la
    convention dit en toutes lettres que d'autres n'attendent pas le plan.
    """

    en_vigueur: bool
    plan_approuve: bool
    jour: date
    rapport_accepte: bool = False
    sans_plan: bool = False


def libre_des(condition, an, prevue_le, jours_d_avance):
    """Le premier jour où un versement peut se libérer : son exercice est commencé, et sa date est proche.

    L'avance donne le temps de recommander et d'autoriser; qui n'attend que sa date ne se libère pas avant elle.
    """
    avance = timedelta(days=0 if condition == "date" else jours_d_avance)
    return max(prevue_le - avance, Exercice(an).debut)


def ce_qui_manque(condition, libre_le, faits):
    """Ce qui retient encore un versement prévu, la signature d'abord, le jour à la fin; rien : il se libère."""
    if not faits.en_vigueur:
        yield "signature"
    if not faits.plan_approuve and (condition == "plan_approuve" or not faits.sans_plan):
        yield "plan_approuve"
    if condition in RAPPORTS and not faits.rapport_accepte:
        yield condition
    if faits.jour < libre_le:
        yield JOUR


CE_QUI_LIBERE = {
    "signature": "la signature de la convention par toutes ses parties",
    "plan_approuve": "l’approbation du plan d’action",
    "rapport_accepte": "l’acceptation du rapport de l’exercice {rapport}",
    "rapport_final": "l’acceptation du rapport final",
    "reglement": "la résiliation de la convention",
}
A_QUI_LE_TOUR = {
    "liberee": "la recommandation de {analyse}",
    "recommandee": "l’autorisation du Ministère",
    "autorisee": "le virement par les finances du Ministère",
}


def ce_qu_il_attend(etat, manque=(), *, jour="", rapport="", sans_region=False, entamee=False):
    """« l’approbation du plan d’action », « l’autorisation du Ministère »; vide si rien n'est attendu.

    `jour` : sa date de libération en mots, dite quand il n'attend plus qu'elle.
    """
    if etat == "prevue" and manque:
        faits = [CE_QUI_LIBERE[fait].format(rapport=rapport) for fait in manque if fait != JOUR]
        return " et ".join(faits) or f"le {jour}"
    analyse = "l’analyse du Ministère" if sans_region else "Services Québec"
    attendu = A_QUI_LE_TOUR.get("liberee" if etat == "prevue" else etat, "").format(analyse=analyse)
    return f"{attendu}, pour le reste" if attendu and entamee else attendu
