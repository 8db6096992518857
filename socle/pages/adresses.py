"""Les adresses d'une liste : filtres, tri et colonnes y vivent et survivent à la pagination et aux exports."""

from django.urls import reverse

REPERE = 10**9  # la clé que rien d'autre d'une adresse n'imite


def adresse(parametres, **changements):
    """La chaîne de requête où chaque changement remplace son paramètre; `None` l'ôte."""
    requete = parametres.copy()
    for cle, valeur in changements.items():
        if valeur is None:
            requete.pop(cle, None)
        else:
            requete[cle] = valeur
    return f"?{requete.urlencode()}"


def adresses_de(page):
    """La fonction qui écrit l'adresse de cette page pour chaque clé : Django ne la cherche qu'une fois par liste."""
    debut, fin = reverse(page, args=[REPERE]).split(str(REPERE))
    return lambda cle: f"{debut}{cle}{fin}"
