"""Ce qui change d'une version des clauses à la suivante, article par article."""


def changements(avant, apres):
    """[(titre, ce qui lui arrive)] de deux listes de (titre, texte); un titre changé est un ôté et un nouveau."""
    anciens, nouveaux = dict(avant), dict(apres)
    dits = [(titre, _dit(titre, texte, anciens)) for titre, texte in apres]
    otes = [(titre, "Ôtée") for titre in anciens if titre not in nouveaux]
    return [(titre, dit) for titre, dit in dits if dit] + otes


def _dit(titre, texte, anciens):
    if titre not in anciens:
        return "Nouvelle"
    return "Changée" if anciens[titre] != texte else ""
