"""Qui peut quel geste sur un appel et une initiative. Une seule table : les permissions la lisent, le journal aussi."""

from alliances.models import Role
from conventions.models.roles import ROLES as DE_LA_CONVENTION

A_L_ORGANISME = ("payer", "contrepasser-paiement", "inscrire-remboursement", "contrepasser-remboursement")

# Le palier local d'une Alliance à deux paliers se gère au territoire : ses rôles valent sur lui seul (`permissions`).
ROLES = {
    # L'appel
    "preparer-appel": (Role.COORDINATION, Role.TERRITOIRE),
    "publier-appel": (Role.COORDINATION, Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE),
    # La demande : l'un rédige, l'autre engage l'organisme
    "rediger": (Role.PORTEUR, Role.ENGAGEMENT),
    "deposer": (Role.ENGAGEMENT,),
    # Reçue autrement : la Table l'inscrit, l'organisme la confirme
    "recevoir": (Role.COORDINATION, Role.TERRITOIRE),
    # Reprises d'ailleurs : de l'histoire, aucun argent
    "importer-initiatives": (Role.COORDINATION,),
    # Le choix
    "confier-initiative": (Role.COORDINATION, Role.TERRITOIRE),
    "juger": (Role.COORDINATION, Role.TERRITOIRE),
    "lire-les-notes": (Role.COORDINATION, Role.TERRITOIRE, Role.SIGNATURE),
    "proposer-decision": (Role.COORDINATION, Role.TERRITOIRE),
    "decider": (Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE),
    "repondre": (Role.COORDINATION, Role.SIGNATURE, Role.TERRITOIRE),
    "prolonger-reservation": (
        *(Role.COORDINATION, Role.TERRITOIRE, Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE),
    ),
    # Le protocole : l'un le prépare, les deux parties le signent
    "ecrire-clauses": (Role.COORDINATION,),
    "approuver-clauses": (Role.SIGNATURE,),
    "preparer-protocole": (Role.COORDINATION, Role.TERRITOIRE),
    "signer-protocole": (Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE, Role.ENGAGEMENT),
    "preparer-avenant-protocole": (Role.COORDINATION, Role.TERRITOIRE),
    "liberer-tranche": (Role.COORDINATION, Role.TERRITOIRE),
    "accepter-rapport": (Role.COORDINATION, Role.TERRITOIRE, Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE),
    "suspendre-protocole": (Role.COORDINATION, Role.TERRITOIRE, Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE),
    "clore-protocole": (Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE),
    "ecrire-note": (
        *(Role.COORDINATION, Role.TERRITOIRE, Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE),
        *(Role.PORTEUR, Role.ENGAGEMENT),
    ),
    # L'argent qui va à l'organisme, ou en revient : au journal de la convention aussi
    **{geste: DE_LA_CONVENTION[geste] for geste in A_L_ORGANISME},
}

MEME_QUALITE = {
    "modifier-appel": ROLES["preparer-appel"],
    "copier-appel": ROLES["preparer-appel"],
    "prolonger-appel": ROLES["publier-appel"],
    "corriger-appel": ROLES["publier-appel"],
    "retirer-appel": ROLES["publier-appel"],
    "rendre-avis": ROLES["juger"],
    "entendre": ROLES["juger"],
    "retirer-avis": ROLES["juger"],
    "desister": ROLES["deposer"],
    "liberer-reservation": ROLES["decider"],
    "demander-revision": ROLES["deposer"],
    "repondre-revision": ROLES["decider"],
    "confier": ROLES["confier-initiative"],
    "retirer-proposition": ROLES["proposer-decision"],
    "declarer": (Role.EVALUATION,),
    "evaluer": (Role.EVALUATION,),
    "revoir-jugement": ROLES["juger"],
    "fixer-palier": ROLES["juger"],
    "deposer-au-nom": ROLES["recevoir"],
    "inscrire-confirmation": ROLES["recevoir"],
    "confirmer-demande": ROLES["deposer"],
    "defaire-import": ROLES["importer-initiatives"],
    "joindre": ROLES["rediger"],
    "retirer-piece": ROLES["rediger"],
    "commencer": ROLES["rediger"],
    "abandonner-brouillon": ROLES["rediger"],
    "retirer-demande": ROLES["deposer"],
    "ouvrir-clauses": ROLES["ecrire-clauses"],
    "modifier-protocole": ROLES["preparer-protocole"],
    "transmettre-protocole": ROLES["preparer-protocole"],
    "reprendre-protocole": ROLES["preparer-protocole"],
    "abandonner-protocole": ROLES["preparer-protocole"],
    "refuser-protocole": ROLES["signer-protocole"],
    "engager": ROLES["signer-protocole"],
    **dict.fromkeys(
        (
            *("modifier-avenant-protocole", "transmettre-avenant-protocole"),
            *("reprendre-avenant-protocole", "abandonner-avenant-protocole"),
        ),
        ROLES["preparer-avenant-protocole"],
    ),
    **dict.fromkeys(
        ("signer-avenant-protocole", "refuser-avenant-protocole", "appliquer-avenant-protocole"),
        ROLES["signer-protocole"],
    ),
    "inscrire-rapport": ROLES["liberer-tranche"],
    "refuser-rapport": ROLES["accepter-rapport"],
    "lever-suspension": ROLES["suspendre-protocole"],
    "demander-changement": ROLES["rediger"],
    "repondre-changement": ROLES["suspendre-protocole"],
    "annuler-tranche": ROLES["clore-protocole"],
    "resilier-protocole": ROLES["clore-protocole"],
    "proposer-rectificatif": ROLES["suspendre-protocole"],
    "ecarter-rectificatif": ROLES["suspendre-protocole"],
    "confirmer-rectificatif": ROLES["clore-protocole"],
}


def qualites_du_geste(geste):
    return ROLES.get(geste) or MEME_QUALITE.get(geste, ())
