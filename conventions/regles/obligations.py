"""Ce qu'une convention oblige à rendre, et quand. Calcul pur : des dates et des montants, ni base ni personne.

Sources : guide 2024-2029, §4.1 et §4.2 (le plan); évaluation 2017-2023, §1.2 (rapport annuel et bilan en juin). Les
niveaux d'états financiers suivent les seuils publics de l'action communautaire (Conseil du trésor, avril 2024).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from socle.valeurs.delais import est_passee
from socle.valeurs.exercice import Exercice

PLAN, RAPPORT_ANNUEL, ETATS_FINANCIERS = "plan", "rapport_annuel", "etats_financiers"
BILAN, RAPPORT_FINAL = "bilan", "rapport_final"


@dataclass(frozen=True)
class Prevue:
    """Une obligation calculée; `an` est celui de l'exercice, ou `None` pour tout le cycle."""

    nature: str
    echeance: date
    an: int | None = None
    precision: str = ""

    @property
    def cle(self):
        return self.nature, self.an


@dataclass(frozen=True)
class Suite:
    """Ce que devient une obligation; `actuelle` est vide si elle s'ajoute, `prevue` si elle n'est plus due."""

    actuelle: Any
    prevue: Prevue | None

    @property
    def echeance(self):
        """La nouvelle, ou `None` si plus rien n'est dû; une prolongation accordée tient si elle est plus tardive."""
        if self.prevue is None:
            return None
        accordee = self.actuelle and self.actuelle.prolongee_au
        return max(self.prevue.echeance, accordee or self.prevue.echeance)

    def met_en_retard(self, jour):
        """En retard ce jour-là, sans l'être déjà avant ce changement."""
        deja = self.actuelle and est_passee(self.actuelle.echeance, jour)
        return bool(self.echeance and est_passee(self.echeance, jour) and not deja)


def plus_mois(jour, mois):
    """Le même jour tant de mois plus tard, ou le dernier de ce mois-là : le 31 mars et trois mois font le 30 juin."""
    rang = jour.year * 12 + jour.month - 1 + mois
    an, mois = divmod(rang, 12)
    return date(an, mois + 1, min(jour.day, monthrange(an, mois + 1)[1]))


def echeance_du_plan(signee_le, mois, au_plus_tard):
    """La plus hâtive de la signature plus tant de mois et de la date du cycle (guide, §4.2)."""
    return min(plus_mois(signee_le, mois), au_plus_tard)


def mi_parcours(debut, fin):
    """Le 30 juin qui suit le milieu de la convention."""
    milieu = debut + (fin - debut) / 2
    return date(milieu.year + (milieu > date(milieu.year, 6, 30)), 6, 30)


def niveau_des_etats(montant, *, seuil_examen, seuil_audit):
    """La mission comptable qu'appelle ce montant en dollars; d'autres aides publiques peuvent la hausser."""
    if montant >= seuil_audit:
        return "Mission d’audit"
    return "Mission d’examen" if montant >= seuil_examen else "Mission de compilation"


def prevoir(convention, exercices):
    """Les obligations d'une convention signée, dans l'ordre de leurs échéances.

    `convention` a ses dates et ses paramètres en attributs; `exercices` est une suite de (an, montant). Un exercice que
    la convention n'atteint pas en entier n'a pas de rapport annuel : le rapport final en tient lieu. Signée tard, une
    convention laisse aux rapports le même délai à compter de sa signature : aucun ne naît en retard.
    """
    limite = echeance_du_plan(
        convention.signee_le, convention.mois_pour_le_plan, convention.echeance_plan_au_plus_tard
    )
    prevues = [Prevue(PLAN, limite)]
    for an, montant in exercices:
        mois = convention.mois_pour_le_rapport
        remise = max(plus_mois(Exercice(an).fin, mois), plus_mois(convention.signee_le, mois))
        if Exercice(an).fin <= convention.fin:
            prevues.append(Prevue(RAPPORT_ANNUEL, remise, an))
        if montant:
            niveau = niveau_des_etats(
                montant, seuil_examen=convention.seuil_examen, seuil_audit=convention.seuil_audit
            )
            prevues.append(Prevue(ETATS_FINANCIERS, remise, an, niveau))
    if convention.bilan_le:
        prevues.append(Prevue(BILAN, convention.bilan_le))
    prevues.append(Prevue(RAPPORT_FINAL, plus_mois(convention.fin, convention.mois_pour_le_rapport_final)))
    return sorted(prevues, key=lambda prevue: (prevue.echeance, prevue.nature, prevue.an or 0))


def suites(prevues, actuelles):
    """Ce que devient chaque obligation quand la convention change, puis celles qui s'ajoutent.

    Une actuelle a sa `cle`, son `echeance`, et dit `faite_le` et `prolongee_au`; faite, elle ne bouge pas.
    """
    restantes = {prevue.cle: prevue for prevue in prevues}
    suivies = [Suite(actuelle, restantes.pop(actuelle.cle, None)) for actuelle in actuelles]
    suivies += [Suite(None, prevue) for prevue in restantes.values()]
    return [suite for suite in suivies if not (suite.actuelle and suite.actuelle.faite_le)]
