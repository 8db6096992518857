"""Un nombre entier venu d'une adresse ou d'un champ caché : n'importe qui peut l'avoir forgé."""

CHIFFRES_AU_PLUS = 18  # ce qui tient dans une colonne d'entiers, sur les deux moteurs


def entier(valeur):
    """L'entier positif, ou `None` pour tout autre texte."""
    texte = str(valeur)
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) <= CHIFFRES_AU_PLUS else None
