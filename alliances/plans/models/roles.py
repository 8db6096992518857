"""Qui peut quel geste sur une version. Une seule table : les permissions la lisent, le journal aussi."""

from alliances.models import Role
from alliances.models.charge import CONFIENT

ROLES = {
    "rediger": (Role.COORDINATION, Role.TERRITOIRE),
    "adopter": (Role.COORDINATION, Role.SIGNATURE),
    "rouvrir": (Role.COORDINATION, Role.SIGNATURE),
    "deposer": (Role.SIGNATURE,),
    "retirer": (Role.SIGNATURE,),
    "commencer-examen": (Role.DGSQ, Role.DIRECTION_DGSQ, Role.MESS),
    "controler": (Role.DGSQ, Role.DIRECTION_DGSQ, Role.MESS, Role.APPROBATION),
    "terminer-analyse": (Role.DGSQ, Role.DIRECTION_DGSQ, Role.MESS),
    "demander-correction": (Role.DGSQ, Role.DIRECTION_DGSQ, Role.MESS, Role.APPROBATION),
    "rendre-avis": (Role.DIRECTION_DGSQ,),
    "retourner": (Role.DGSQ, Role.DIRECTION_DGSQ, Role.MESS, Role.APPROBATION),
    "approuver": (Role.APPROBATION,),
    "refuser": (Role.APPROBATION,),
    "ouvrir-modification": (Role.COORDINATION,),
    "observer": (
        Role.COORDINATION,
        Role.SIGNATURE,
        Role.TERRITOIRE,
        Role.DGSQ,
        Role.DIRECTION_DGSQ,
        Role.MESS,
        Role.APPROBATION,
    ),
}

# En ces qualités, on agit pour la Table : on écrit, on adopte, on dépose.
DE_LA_TABLE = frozenset({*ROLES["rediger"], *ROLES["adopter"], *ROLES["deposer"]})

MEME_QUALITE = {
    "adopter-corrections": ROLES["adopter"],
    "confier": CONFIENT,
    "corriger": (Role.ADMINISTRATION,),
    "fixer-echeance": (Role.APPROBATION, Role.MESS, Role.SIGNATURE),
    "remplacer": ROLES["approuver"],
    "reprendre-analyse": ROLES["terminer-analyse"],
    "revoquer-correction": ROLES["demander-correction"],
}


def qualites_du_geste(geste):
    """En quelle qualité un geste se pose, la plus propre d'abord; à défaut, c'est un geste de rédaction."""
    return ROLES.get(geste) or MEME_QUALITE.get(geste) or ROLES["rediger"]
