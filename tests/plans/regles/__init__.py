"""Essais des règles : un plan sans reproche, un défaut, et tous les constats qui en sortent."""

from alliances.plans.regles import constats
from tests.plans.exemples import contenu_sans_reproche


def plan_et_fiches():
    """Un contenu sans reproche, puis sa première priorité, son objectif, son moyen et son indicateur."""
    contenu = contenu_sans_reproche()
    priorite = contenu["priorites"][0]
    objectif = priorite["objectifs"][0]
    moyen = objectif["moyens"][0]
    return contenu, priorite, objectif, moyen, moyen["indicateurs"][0]


def section_de(contenu, code):
    return next(section for section in contenu["sections"] if section["code"] == code)


def trouves(contenu, aujourdhui=None):
    """(règle, genre, ancre, champ) de TOUS les constats : rien d’autre que l’attendu ne doit sortir."""
    return [(c.regle, str(c.genre), tuple(c.ancre), c.champ) for c in constats(contenu, aujourdhui)]


def messages(contenu, aujourdhui=None):
    return [c.message.replace("\xa0", " ") for c in constats(contenu, aujourdhui)]
