"""Où en est chaque partie du plan : les sections le disent; la personne à joindre et l’arbre se calculent."""

from dataclasses import dataclass
from enum import StrEnum

from alliances.plans.regles.constat import PRIORITES, Genre
from alliances.plans.regles.lecture import canevas_du_cycle

DE_L_ARBRE = frozenset({"priorite", "objectif", "moyen", "indicateur"})


class Avancement(StrEnum):
    A_COMMENCER = "À commencer"
    EN_COURS = "En cours"
    TERMINEE = "Terminée"


PAGES = {"contact": "contact", "structure": "priorites"}


@dataclass(frozen=True)
class Etape:
    """Ce qui vient ensuite, tant que la Table rédige : la page du plan où cela se fait."""

    titre: str
    page: str
    arguments: tuple[str, ...] = ()

    @property
    def est_d_ecriture(self):
        return self.page not in ("verification", "adoption")


def prochaine_etape(contenu, trouves):
    """La première partie à écrire; toutes terminées, ce qui bloque le dépôt; plus rien ne bloque, l’adoption."""
    ou_en_est = avancement(contenu, trouves)
    for partie in canevas_du_cycle(contenu["cycle"]["code"]).sections:
        if ou_en_est[partie.code] != Avancement.TERMINEE:
            return _etape_d_ecriture(partie, ou_en_est[partie.code])
    erreurs = sum(constat.genre == Genre.ERREUR for constat in trouves)
    if erreurs:
        points = "un point" if erreurs == 1 else f"{erreurs} points"
        return Etape(f"Vérifier le plan\u00a0: régler {points}", "verification")
    return Etape("Faire adopter le plan par la Table", "adoption")


def _etape_d_ecriture(partie, ou_en_est):
    verbe = "Écrire" if ou_en_est == Avancement.A_COMMENCER else "Terminer"
    if partie.nature in PAGES:
        return Etape(f"{verbe}\u00a0: {partie.titre}", PAGES[partie.nature])
    return Etape(f"{verbe}\u00a0: {partie.code} – {partie.titre}", "section", (partie.code,))


def avancement(contenu, trouves):
    """{code de partie: `Avancement`}, dans l’ordre du canevas; `trouves` sont les constats de ce contenu."""
    sections = {section["code"]: section for section in contenu["sections"]}
    parties = canevas_du_cycle(contenu["cycle"]["code"]).sections
    return {partie.code: _partie(partie, sections, contenu, trouves) for partie in parties}


def _partie(partie, sections, contenu, trouves):
    if partie.nature == "contact":
        remplis = [bool(valeur) for valeur in contenu["contact"].values()]
        return _selon(any(remplis), all(remplis))
    if partie.nature == "structure":
        return _selon(contenu["priorites"], not any(_bloque_l_arbre(constat) for constat in trouves))
    section = sections.get(partie.code, {"texte": "", "terminee": False})
    return _selon(section["texte"] or section["terminee"], section["terminee"])


def _bloque_l_arbre(constat):
    vise = constat.ancre.objet in DE_L_ARBRE or constat.ancre == PRIORITES
    return vise and constat.genre == Genre.ERREUR


def _selon(commence, complet):
    if not commence:
        return Avancement.A_COMMENCER
    return Avancement.TERMINEE if complet else Avancement.EN_COURS
