"""Les caractères qu'on ne voit pas et qui cassent un fichier ou trompent qui lit."""

import re

SAUTS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")  # le saut de ligne de Word en est un
CONTROLES = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def sans_controles(texte):
    """Un texte qu'un classeur, un courriel ou un calendrier peut porter : ni contrôle, ni renversement du sens."""
    return CONTROLES.sub("", SAUTS.sub("\n", texte))
