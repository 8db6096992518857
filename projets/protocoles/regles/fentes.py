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
FENTE = re.compile(r"{([^{}]*)}")


def fautes_de_fentes(texte):
    """Une phrase par fente inconnue, avec celles qui existent, et une pour une accolade restée ouverte."""
    for nom in dict.fromkeys(FENTE.findall(texte)):
        if nom not in FENTES:
            connues = ", ".join(f"{{{connue}}}" for connue in FENTES)
            yield f"La fente «\xa0{{{nom}}}\xa0» n’existe pas. Celles qui existent\xa0: {connues}."
    if re.search(r"[{}]", FENTE.sub("", texte)):
        yield "Une accolade est restée ouverte ou seule\xa0: une fente s’écrit {montant}."


def remplir(texte, valeurs):
    """Le texte, chaque fente remplacée une fois : ce qu'elle reçoit n'est pas relu."""
    return FENTE.sub(lambda fente: valeurs[fente[1]], texte)
