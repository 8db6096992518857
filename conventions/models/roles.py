"""Qui peut quel geste. Une seule table : les permissions la lisent, le journal aussi."""

from alliances.models import Role
from alliances.models.charge import CONFIENT

ROLES = {
    # La convention et ses avenants
    "preparer": (Role.MESS,),
    "confier": CONFIENT,
    "transmettre": (Role.MESS, Role.APPROBATION),
    "reprendre": (Role.MESS, Role.APPROBATION),
    "signer": (Role.SIGNATURE, Role.MESS),
    "signer-ministre": (Role.APPROBATION,),
    "fermer": (Role.APPROBATION,),
    "prolonger": (Role.DIRECTION_DGSQ, Role.MESS),
    "constater": (Role.DGSQ, Role.DIRECTION_DGSQ, Role.MESS),
    "joindre": (Role.MESS, Role.APPROBATION, Role.COORDINATION, Role.SIGNATURE, Role.FINANCES),
    "retirer-piece": (Role.MESS,),  # et qui l'a téléversée : voir `permissions`
    # L'enveloppe
    "repartir": (Role.COORDINATION, Role.FINANCES),
    "adopter-repartition": (Role.SIGNATURE, Role.COORDINATION),
    "dresser-arbre": (Role.COORDINATION, Role.FINANCES),
    "demander-transfert": (Role.COORDINATION, Role.FINANCES, Role.TERRITOIRE),
    "approuver-transfert": (Role.SIGNATURE,),
    "refuser-transfert": (Role.SIGNATURE,),
    "retirer-transfert": (Role.COORDINATION, Role.FINANCES, Role.TERRITOIRE),
    "reporter-soldes": (Role.FINANCES, Role.MESS),
    "clore-exercice": (Role.MESS,),
    "contrepasser": (Role.FINANCES_MESS, Role.FINANCES),
    # Les versements du Ministère
    "etablir-echeancier": (Role.MESS,),
    "recommander": (Role.DGSQ, Role.DIRECTION_DGSQ),
    "autoriser": (Role.APPROBATION,),
    "verser": (Role.FINANCES_MESS,),
    "annuler-confirmation": (Role.FINANCES_MESS,),
    "suspendre": (Role.MESS, Role.APPROBATION),
    "deroger": (Role.APPROBATION,),
    "recuperer": (Role.FINANCES_MESS,),
}

MEME_QUALITE = {
    "arreter-versement": (Role.MESS,),
    "identite-partie": (Role.MESS,),
    "corriger": (Role.ADMINISTRATION,),
    # Les avenants : les mêmes droits que la convention
    "transmettre-avenant": ROLES["transmettre"],
    "signer-avenant": ROLES["signer-ministre"] + ROLES["signer"],
    "appliquer-avenant": ROLES["signer-ministre"] + ROLES["signer"],
    "reprendre-avenant": ROLES["preparer"],
    "abandonner-avenant": ROLES["transmettre"],
    "suspendre-versement": ROLES["suspendre"],
    "reprendre-versement": ROLES["suspendre"],
    "revoquer-derogation": ROLES["deroger"],
    "modifier": ROLES["preparer"],
    "inscrire-partie": ROLES["preparer"],
    "retirer-partie": ROLES["preparer"],
    "entrer-en-vigueur": (*ROLES["signer-ministre"], *ROLES["signer"]),
    "clore": ROLES["fermer"],
    "resilier": ROLES["fermer"],
}


def qualites_du_geste(geste):
    """En quelle qualité un geste se pose, la plus propre d'abord; aucune pour un geste sans rôle propre."""
    return ROLES.get(geste) or MEME_QUALITE.get(geste) or ()
