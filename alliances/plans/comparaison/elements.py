"""Ce qui répond, dans un contenu, à un élément du guide : deux dépôts qui s'y lisent pareil s'examinent une fois."""

FICHE = {"instances": "gouvernance", "gouvernance": "gouvernance", "participation": "participation"}


def lu_pour(element, contenu):
    """Tout ce qui se lit aux lieux de cet élément; la partie structurée y compte en entier."""
    return [_lieu(contenu, *lieu) for lieu in element.lieux]


def sans_repere(valeur):
    """La valeur sans identifiants ni numéros : ce qui se lit."""
    if isinstance(valeur, dict):
        return {cle: sans_repere(v) for cle, v in valeur.items() if cle not in ("id", "numero")}
    return [sans_repere(v) for v in valeur] if isinstance(valeur, list) else valeur


def _lieu(contenu, objet, cle):
    if objet == "section":
        return next((s["texte"] for s in contenu["sections"] if s["code"] == cle), "")
    if objet == "alliance":
        return sans_repere(contenu[FICHE[cle]])
    return sans_repere(contenu["priorites"])
