"""Où le plan répond aux quinze éléments exigés (guide 2024-2029, §4.2), et ce qui manque encore."""

from dataclasses import dataclass
from enum import StrEnum

from alliances.plans.canevas import Element
from alliances.plans.regles.constat import GOUVERNANCE, INSTANCES, PARTICIPATION, PRIORITES, Ancre


class Etat(StrEnum):
    REPONDU = "repondu"
    PARTIEL = "partiel"
    NON = "non"


@dataclass(frozen=True)
class Lieu:
    """Un endroit où l’élément se dit; `ancre` mène au premier manque, ou au lieu lui-même."""

    ancre: Ancre
    libelle: str
    etat: Etat


@dataclass(frozen=True)
class Reponse:
    """Un élément, et l’état de chacun de ses lieux."""

    element: Element
    lieux: tuple[Lieu, ...]

    @property
    def etat(self):
        return resumer(lieu.etat for lieu in self.lieux)


def resumer(etats):
    """Tous répondus : répondu; aucun commencé : non; sinon partiel."""
    distincts = set(etats)
    return distincts.pop() if len(distincts) == 1 else Etat.PARTIEL


def mesurer(*, commence, complet):
    if not commence:
        return Etat.NON
    return Etat.REPONDU if complet else Etat.PARTIEL


def reponses(plan):
    """Une `Reponse` par élément du canevas, dans l’ordre du guide."""
    return [
        Reponse(element, tuple(regarder(plan, objet, code) for objet, code in element.lieux))
        for element in plan.canevas.elements
    ]


def regarder(plan, objet, code):
    if objet == "section":
        return lieu_redige(plan, code)
    if objet == "alliance":
        return lieu_de_la_fiche(plan, code)
    return lieu_structure(plan, objet, code)


def lieu_redige(plan, code):
    """Un texte trop bref ne répond qu’en partie."""
    lue = plan.section(code)
    section = next(section for section in plan.canevas.sections_redigees if section.code == code)
    etat = mesurer(commence=bool(lue.texte), complet=lue.mots >= section.mots_minimum)
    return Lieu(Ancre("section", code), f"Section {code} « {section.titre} »", etat)


def lieu_de_la_fiche(plan, code):
    """Un mécanisme, une modalité propre, ou « aucune action » motivée, répondent à l’élément."""
    ancre, libelle, present = {
        "instances": (INSTANCES, "Fiche de l’Alliance : instances", bool(plan.gouvernance.instances)),
        "gouvernance": (GOUVERNANCE, "Fiche de l’Alliance : gestion du FQIS", bool(plan.gouvernance.gestion)),
        "participation": (
            PARTICIPATION,
            "Fiche de l’Alliance : participation des personnes",
            any(
                ligne.axe == "gouvernance"
                and (ligne.forme or ligne.modalite_propre or ligne.aucune_action_motif)
                for ligne in plan.participation
            ),
        ),
    }[code]
    return Lieu(ancre, libelle, Etat.REPONDU if present else Etat.NON)


LIBELLES = {
    ("plan", "priorites"): "Priorités",
    ("priorite", "objectifs"): "Objectifs de chaque priorité",
    ("objectif", "moyens"): "Moyens de chaque objectif",
    ("moyen", "resultat_attendu"): "Résultat attendu de chaque moyen",
    ("moyen", "collaborateurs"): "Collaborations de chaque moyen, avec leur contribution",
    ("moyen", "indicateurs"): "Indicateurs de chaque moyen",
}


def lieu_structure(plan, objet, code):
    """Chaque fiche du niveau demandé remplit-elle ce champ?"""
    if objet == "plan":
        fiches, manques = plan.priorites, []
    else:
        fiches = {"priorite": plan.priorites, "objectif": plan.objectifs, "moyen": plan.moyens}[objet]
        manques = [fiche.ancre for fiche in fiches if not rempli(fiche, code)]
    etat = mesurer(commence=len(manques) < len(fiches), complet=not manques)
    return Lieu(manques[0] if manques else PRIORITES, LIBELLES[objet, code], etat)


def rempli(fiche, code):
    valeur = getattr(fiche, code)
    if code == "collaborateurs":
        return any(collaborateur.contribution for collaborateur in valeur)
    if code == "indicateurs":
        return bool(valeur) or fiche.suivi_plus_haut
    return bool(valeur)
