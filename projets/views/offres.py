"""Ce qu'un paquet que `projets` abrite offre sur la page d'une initiative, sans que celle-ci le connaisse."""

_OFFRES = []


def offrir(offre):
    """Inscrit une fonction de (personne, initiative) qui rend ses gestes; appelée au démarrage d'un paquet."""
    if offre not in _OFFRES:
        _OFFRES.append(offre)


def gestes_d_ailleurs(utilisateur, initiative):
    """[(libellé, adresse, s'il est le principal)]."""
    return [geste for offre in _OFFRES for geste in offre(utilisateur, initiative)]
