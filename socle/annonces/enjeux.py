"""Ce qu'une pièce sait de l'objet d'une autre, qui le montre sans la connaître."""

from collections import defaultdict

_ENJEUX = defaultdict(list)


def offrir(sujet, fonction):
    """Inscrit la fonction d'une pièce qui, d'une personne et de clés, rend {clé: une phrase}; à son démarrage."""
    if fonction not in _ENJEUX[sujet]:
        _ENJEUX[sujet].append(fonction)


def enjeux(sujet, utilisateur, cles):
    """{clé: ses phrases} de tout ce qui s'offre sur ce sujet."""
    phrases = defaultdict(list)
    for fonction in _ENJEUX[sujet] if cles else ():
        for cle, phrase in fonction(utilisateur, cles).items():
            phrases[cle].append(phrase)
    return phrases
