"""Qui peut quel geste. Une seule table : les permissions la lisent, le journal aussi."""

from alliances.models import Role
from alliances.models.charge import CONFIENT

ROLES = {
    # La convention et ses avenants
    "preparer": (Role.MESS,),
    "confier": CONFIENT,
    "transmettre": (Role.MESS, Role.APPROBATION),
    "reprendre": (Role.MESS, Role.APPROBATION),
    # pour sa MRC cosignataire, la signature d'un territoire : voir `permissions.peut_signer`
    "signer": (Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE, Role.MESS),
    "signer-ministre": (Role.APPROBATION,),
    "fermer": (Role.APPROBATION,),
    "prolonger": (Role.DIRECTION_DGSQ, Role.MESS),
    "recevoir": (Role.DGSQ, Role.DIRECTION_DGSQ, Role.MESS),
    "accepter": (Role.DGSQ, Role.DIRECTION_DGSQ),  # sans région, l'analyse du Ministère : voir `permissions`
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
    "preparer-report": (Role.COORDINATION, Role.FINANCES),
    "adopter-report": (Role.SIGNATURE,),
    "clore-exercice": (Role.MESS,),
    # Défaire : une personne demande, une autre approuve ou refuse
    "demander-annulation": (Role.COORDINATION, Role.FINANCES, Role.FINANCES_MESS),
    "approuver-annulation": (Role.SIGNATURE,),
    "annuler-recuperation": (Role.FINANCES_MESS,),
    "approuver-annulation-recuperation": (Role.APPROBATION,),
    "annuler-confirmation": (Role.FINANCES_MESS,),
    "approuver-annulation-confirmation": (Role.APPROBATION,),
    "rouvrir-exercice": (Role.MESS, Role.FINANCES_MESS),
    "approuver-reouverture": (Role.APPROBATION,),
    # Ce qui sort des enveloppes; de la part d'un territoire, ses finances (`permissions`)
    "depenser": (Role.FINANCES, Role.FINANCES_TERRITOIRE),
    "contrepasser-depense": (Role.FINANCES, Role.FINANCES_TERRITOIRE),
    "remettre": (Role.FINANCES,),
    "contrepasser-remise": (Role.FINANCES, Role.FINANCES_TERRITOIRE),
    "recevoir-remise": (Role.FINANCES_TERRITOIRE, Role.SIGNATURE_TERRITOIRE, Role.TERRITOIRE),
    # Ce qui va à un organisme, ou en revient; de la part d'un territoire, ses finances
    "payer": (Role.FINANCES, Role.FINANCES_TERRITOIRE),
    "contrepasser-paiement": (Role.FINANCES, Role.FINANCES_TERRITOIRE),
    "inscrire-remboursement": (Role.FINANCES, Role.FINANCES_TERRITOIRE),
    "contrepasser-remboursement": (Role.FINANCES, Role.FINANCES_TERRITOIRE),
    # Les versements du Ministère
    "etablir-echeancier": (Role.MESS,),
    "recommander": (Role.DGSQ, Role.DIRECTION_DGSQ),
    "autoriser": (Role.APPROBATION,),
    "verser": (Role.FINANCES_MESS,),
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
    "annuler-reception": ROLES["recevoir"],
    "annuler-acceptation": ROLES["accepter"],
    "defaire-liberation": ROLES["accepter"],
    "modifier": ROLES["preparer"],
    "inscrire-partie": ROLES["preparer"],
    "retirer-partie": ROLES["preparer"],
    "entrer-en-vigueur": (*ROLES["signer-ministre"], *ROLES["signer"]),
    "annuler-virement": ROLES["approuver-annulation-confirmation"],
    "joindre-preuve": ROLES["depenser"],
    "refuser-annulation": ROLES["approuver-annulation"] + ROLES["approuver-reouverture"],
    "retirer-annulation": (*ROLES["demander-annulation"], *ROLES["rouvrir-exercice"]),
    "fermer-annulation": ROLES["fermer"],
    "fermer-transfert": ROLES["fermer"],
    "clore": ROLES["fermer"],
    "resilier": ROLES["fermer"],
}


def qualites_du_geste(geste):
    """En quelle qualité un geste se pose, la plus propre d'abord; aucune pour un geste sans rôle propre."""
    return ROLES.get(geste) or MEME_QUALITE.get(geste) or ()
