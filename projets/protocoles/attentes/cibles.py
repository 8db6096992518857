"""Les étapes d'un protocole et leur cible de service."""

CIBLES = {  # étape → (libellé, jours d'origine)
    "protocole-clauses": ("Approuver une version des clauses des protocoles", 15),
    "protocole-preparer": ("Préparer le protocole d’une initiative acceptée", 15),
    "protocole-transmettre": ("Transmettre un protocole aux deux parties", 10),
    "protocole-signer": ("Répondre à un protocole transmis", 15),
    "protocole-avenant": ("Répondre à un avenant transmis", 15),
    "protocole-rapport": ("Accepter un rapport reçu", 15),
    "protocole-verser": ("Faire un versement libéré", 10),
    "protocole-rembourser": ("Rembourser ce qui est à récupérer", 30),
    "protocole-changement": ("Répondre à un changement demandé", 10),
    "protocole-changement-avenant": ("Préparer l’avenant d’un changement accordé", 10),
    "protocole-clore": ("Clore un protocole fini", 30),
    "protocole-rectificatif": ("Confirmer un relevé rectificatif", 15),
}
ETAPES = {  # geste → étape
    "approuver-clauses": "protocole-clauses",
    "preparer": "protocole-preparer",
    "transmettre": "protocole-transmettre",
    "reprendre": "protocole-transmettre",
    "signer": "protocole-signer",
    "signer-avenant": "protocole-avenant",
    "accepter-rapport": "protocole-rapport",
    "verser": "protocole-verser",
    "rembourser": "protocole-rembourser",
    "recuperer": "protocole-rembourser",
    "repondre-changement": "protocole-changement",
    "ouvrir-avenant": "protocole-changement-avenant",
    "beneficiaire": "protocole-changement-avenant",
    "clore": "protocole-clore",
    "confirmer-rectificatif": "protocole-rectificatif",
}
