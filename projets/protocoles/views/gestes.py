"""Ce que la personne peut faire d'un protocole, dans l'ordre où il se fait : chaque sujet y ajoute ses gestes.

Un offert : (libellé, nom de l'adresse, droit, empêchements). `droit(utilisateur, protocole)` rend un `Refus` ou rien;
`empechements(protocole, utilisateur)` rend des phrases. L'adresse reçoit la clé du protocole.
"""

from projets.protocoles.models import Protocole
from projets.protocoles.permissions import peut
from projets.protocoles.views.gestes_de_vie import DE_LA_VIE, FINS
from projets.protocoles.views.reperes import adresse


def droit(geste):
    """Le droit d'un geste de la Table (`projets.models.roles`)."""
    return lambda utilisateur, protocole: peut(utilisateur, geste, protocole)


def _sans_personne(empechements):
    """Ceux d'un geste qui ne dépendent pas de qui le pose."""
    return lambda protocole, utilisateur: empechements(protocole)


OFFERTS = (
    *DE_LA_VIE,
    (
        "Transmettre pour signature",
        "transmission",
        droit("transmettre-protocole"),
        lambda protocole, utilisateur: protocole.manques,  # la page les a lus, et les montre
    ),
    (
        "Écrire l’échéancier",
        "echeancier",
        droit("modifier-protocole"),
        _sans_personne(Protocole.empechements_a_enregistrer),
    ),
    (
        "Changer les dates",
        "dates",
        droit("modifier-protocole"),
        _sans_personne(Protocole.empechements_a_enregistrer),
    ),
    (
        "Reprendre en préparation",
        "reprise",
        droit("reprendre-protocole"),
        _sans_personne(Protocole.empechements_a_reprendre),
    ),
    (
        "Abandonner le protocole",
        "abandon",
        droit("abandonner-protocole"),
        _sans_personne(Protocole.empechements_a_abandonner),
    ),
)
SECONDAIRES = (
    *FINS,
    "reprise",
    "abandon",
    "dates",
)  # jamais le geste principal : ce qui ramène en arrière ou met fin


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
