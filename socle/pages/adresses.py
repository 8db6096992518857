"""L'adresse d'une page, changée : filtres, tri et colonnes y vivent et survivent à la pagination et aux exports."""


def adresse(parametres, **changements):
    """La chaîne de requête où chaque changement remplace son paramètre; `None` l'ôte."""
    requete = parametres.copy()
    for cle, valeur in changements.items():
        if valeur is None:
            requete.pop(cle, None)
        else:
            requete[cle] = valeur
    return f"?{requete.urlencode()}"
