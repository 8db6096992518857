"""Un indicateur a un nom, une unité, une cible et une échéance."""

from alliances.plans.regles.constat import erreur
from alliances.plans.regles.redaction import enumerer

EXIGES = (("nom", "son nom"), ("unite", "son unité"), ("cible", "sa cible"), ("echeance", "son échéance"))

DECRITS = (("nom", "son nom"), ("cible_decrite", "sa cible"), ("echeance", "son échéance"))


def indicateur_incomplet(plan):
    """Un constat par indicateur, qui mène au premier champ vide. Une cible de 0 est une cible."""
    for indicateur in plan.indicateurs:
        exiges = DECRITS if indicateur.se_decrit else EXIGES
        absents = [(champ, nom) for champ, nom in exiges if getattr(indicateur, champ) in ("", None)]
        if absents:
            yield erreur(
                f"Complétez l’{indicateur.designation} : il manque {enumerer([nom for _, nom in absents])}.",
                indicateur.ancre,
                champ=absents[0][0],
                source="Guide 2024-2029, §4.2 et annexe, point 8",
            )
