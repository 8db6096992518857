"""La comparaison en une ligne."""

from collections import Counter

from alliances.plans.comparaison.formes import Comparaison, Element

# Dans l'ordre où on les lit; singulier, pluriel, marque du féminin.
NOMS = {
    "priorite": ("priorité", "priorités", "e"),
    "objectif": ("objectif", "objectifs", ""),
    "moyen": ("moyen", "moyens", ""),
    "indicateur": ("indicateur", "indicateurs", ""),
    "collaborateur": ("collaborateur", "collaborateurs", ""),
    "section": ("section", "sections", "e"),
    "renseignement": ("renseignement", "renseignements", ""),
    "instance": ("instance", "instances", "e"),
    "participation": ("ligne de participation", "lignes de participation", "e"),
}
PARTICIPES = {"ajoute": "ajouté", "retire": "retiré", "modifie": "modifié", "deplace": "déplacé"}


def resume(comparaison: Comparaison) -> str:
    """« 1 priorité ajoutée, 2 moyens modifiés, 11 sections inchangées », sans point final."""
    if comparaison.identique:
        return "Aucune différence"
    compte = Counter()
    for groupe in comparaison.groupes:
        for element in groupe.elements:
            _compter(element, compte)
    morceaux = [
        _accorder(compte[genre, etat], genre, participe)
        for genre in NOMS
        for etat, participe in PARTICIPES.items()
        if compte[genre, etat]
    ]
    if inchangees := sum(not section.touche for section in comparaison.sections):
        morceaux.append(_accorder(inchangees, "section", "inchangé"))
    return ", ".join(morceaux)


def _compter(element: Element, compte: Counter) -> None:
    """Un élément ajouté ou retiré compte pour un, avec tout ce qu'il contient."""
    if element.etat in ("ajoute", "retire"):
        compte[element.genre, element.etat] += 1
        return
    if element.change:
        compte[element.genre, "modifie" if element.etat == "modifie" else "deplace"] += 1
    for enfant in element.enfants:
        _compter(enfant, compte)


def _accorder(nombre: int, genre: str, participe: str) -> str:
    singulier, pluriel, feminin = NOMS[genre]
    if nombre > 1:
        return f"{nombre} {pluriel} {participe}{feminin}s"
    return f"{nombre} {singulier} {participe}{feminin}"
