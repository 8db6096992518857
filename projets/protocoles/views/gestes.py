"""Ce que la personne peut faire d'un protocole, dans l'ordre où il se fait : chaque sujet y ajoute ses gestes.

Un offert : (libellé, nom de l'adresse, droit, empêchements). `droit(utilisateur, protocole)` rend un `Refus` ou rien;
`empechements(protocole, utilisateur)` rend des phrases. L'adresse reçoit la clé du protocole.
"""

from projets.protocoles.permissions import peut
from projets.protocoles.views.reperes import adresse


def droit(geste):
    """Le droit d'un geste de la Table (`projets.models.roles`)."""
    return lambda utilisateur, protocole: peut(utilisateur, geste, protocole)


OFFERTS = ()
SECONDAIRES = ()  # jamais le geste principal : ce qui ramène en arrière ou met fin


def gestes_offerts(utilisateur, protocole):
    """[(libellé, adresse, s'il est le principal)]; le prochain geste d'abord."""
    permis = [
        (libelle, nom)
        for libelle, nom, permet, empechements in OFFERTS
        if permet(utilisateur, protocole) is None and not empechements(protocole, utilisateur)
    ]
    return [
        (libelle, adresse(protocole, nom), not rang and nom not in SECONDAIRES)
        for rang, (libelle, nom) in enumerate(permis)
    ]
