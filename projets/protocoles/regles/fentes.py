"""Les fentes d'une clause : `{montant}`, `{debut}`… La liste est fermée, une fente inconnue se refuse."""

import re

FENTES = {
    "organisme": "le nom de l’organisme",
    "partenaire": "l’organisme qui signe pour l’Alliance",
    "initiative": "le titre de l’initiative",
    "numero": "le numéro de l’initiative",
    "convention": "le numéro de la convention",
    "montant": "la somme accordée",
    "versements": "le nombre de versements",
    "retenue": "la somme retenue jusqu’au rapport final",
    "debut": "le premier jour du protocole",
    "fin": "le dernier jour du protocole",
    "rapport_le": "la date du rapport final",
}
# Ce qu'elles deviendraient, pour relire des clauses avant qu'un protocole les porte.
EXEMPLES = {
    "organisme": "Maison de la famille du Rang",
    "partenaire": "Table régionale",
    "initiative": "Cuisines de rang",
    "numero": "INI-0000",
    "convention": "CONV-0000",
    "montant": "18\xa0000,00\xa0$",
    "versements": "2\xa0versements",
    "retenue": "1\xa0800,00\xa0$",
    "debut": "1er avril 2027",
    "fin": "31 mars 2028",
    "rapport_le": "30 avril 2028",
}
FENTE = re.compile(r"{([^{}]*)}")


def fautes_de_fentes(texte):
    """Une phrase par fente inconnue, avec celles qui existent, et une pour une accolade restée ouverte."""
    for nom in dict.fromkeys(FENTE.findall(texte)):
        if nom not in FENTES:
            connues = ", ".join(f"{{{connue}}}" for connue in FENTES)
            yield f"Le champ à remplir «\xa0{{{nom}}}\xa0» n’existe pas. Ceux qui existent\xa0: {connues}."
    if re.search(r"[{}]", FENTE.sub("", texte)):
        yield "Une accolade est restée ouverte ou seule\xa0: un champ à remplir s’écrit {montant}."


def remplir(texte, valeurs):
    """Le texte, chaque fente remplacée une fois : ce qu'elle reçoit n'est pas relu."""
    return FENTE.sub(lambda fente: valeurs[fente[1]], texte)
