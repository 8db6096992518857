"""Comparer deux contenus de plan, ou deux textes. Module pur : des dicts entrent, des mots marqués sortent."""

from alliances.plans.comparaison.arbre import comparer
from alliances.plans.comparaison.formes import (
    Bloc,
    Champ,
    Comparaison,
    Differences,
    Element,
    Groupe,
    Passage,
    Segment,
    passages,
)
from alliances.plans.comparaison.resume import resume
from alliances.plans.comparaison.textes import differences_de_mots, differences_de_texte

__all__ = [
    "Bloc",
    "Champ",
    "Comparaison",
    "Differences",
    "Element",
    "Groupe",
    "Passage",
    "Segment",
    "comparer",
    "differences_de_mots",
    "differences_de_texte",
    "passages",
    "resume",
]
