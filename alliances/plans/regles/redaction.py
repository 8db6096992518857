"""Les tournures communes aux constats : dates, énumérations, titres abrégés."""

from itertools import islice

MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
LONGUEUR_MAXIMALE = 60


def en_lettres(jour):
    """« 1er avril 2025 »."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{quantieme} {MOIS[jour.month - 1]} {jour.year}"


def enumerer(mots):
    """« a, b et c »."""
    *debut, fin = mots
    return f"{', '.join(debut)} et {fin}" if debut else fin


def abreger(texte, longueur=LONGUEUR_MAXIMALE):
    """Le texte sur une ligne, coupé à un mot s’il est long."""
    ligne = " ".join(islice(texte.split(), longueur))
    if len(ligne) <= longueur:
        return ligne
    return ligne[:longueur].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def designer(sorte, numero, titre):
    """« moyen 1.1.1 « Ouvrir une épicerie » », ou « moyen 1.1.1 » sans titre."""
    return f"{sorte} {numero} « {abreger(titre)} »" if titre else f"{sorte} {numero}"


def lettre(rang):
    """« A » pour 1, « Z » pour 26, « AA » pour 27."""
    debut, reste = divmod(rang - 1, 26)
    return (lettre(debut) if debut else "") + chr(ord("A") + reste)


def accorder(nombre, singulier, pluriel):
    """« 1 siège », « 2 sièges » : le pluriel commence à deux."""
    return f"{nombre} {pluriel if nombre >= 2 else singulier}"
