"""Les trois formes d'un arbre d'enveloppes vues dans les Alliances (évaluation 2017-2023, tableau 6).

Module pur. Une région garde une part régionale, ou remet tout à ses territoires; une ville qui décide par ses
arrondissements sépare l'enveloppe centralisée, les villes liées et les arrondissements.
"""

from enum import StrEnum


class Forme(StrEnum):
    REGION = "region"
    TERRITOIRES = "territoires"
    VILLE = "ville"
    PRECEDENT = "precedent"


LIBELLES = {
    Forme.REGION: "Des projets régionaux et des projets de territoire",
    Forme.TERRITOIRES: "Tout aux territoires, sans part régionale",
    Forme.VILLE: "Une ville\xa0: enveloppe centralisée, villes liées et arrondissements",
    Forme.PRECEDENT: "Les mêmes enveloppes que l’exercice précédent",
}
_DU_BAS = (("participation", ""), ("reserve", ""))
VOLETS = {
    Forme.REGION: (("coordination", ""), ("regional", ""), ("local", ""), *_DU_BAS),
    Forme.TERRITOIRES: (("coordination", ""), ("local", ""), *_DU_BAS),
    Forme.VILLE: (
        ("coordination", ""),
        ("centralise", ""),
        ("villes_liees", "ville_liee"),
        ("arrondissements", "arrondissement"),
        *_DU_BAS,
    ),
}


def forme_proposee(part_regionale, decision_locale):
    """La forme que le profil de l'Alliance laisse prévoir; la Table en choisit une autre si elle veut."""
    if decision_locale == "arrondissements":
        return Forme.VILLE
    return Forme.TERRITOIRES if part_regionale == 0 else Forme.REGION


def branches(forme, territoires):
    """[(volet, [territoires placés dessous])] dans l'ordre; `territoires` : objets qui ont un `type`.

    Tous les territoires vont sous les projets locaux; dans une ville, chacun sous le volet de sa sorte.
    """
    return [
        (volet, [t for t in territoires if volet == "local" or (sorte and t.type == sorte)])
        for volet, sorte in VOLETS[forme]
    ]
