"""Les rôles : qui est de l'Alliance, de l'État, qui voit, qui engage. `mandats` dit qui les tient, et quand."""

from django.db import models


class Role(models.TextChoices):
    COORDINATION = "coordination", "Coordination"
    SIGNATURE = "signature", "Signature"
    FINANCES = "finances", "Finances du fiduciaire"
    TERRITOIRE = "territoire", "Ressource de territoire"
    SIGNATURE_TERRITOIRE = "sign_territoire", "Signature d’un territoire"
    FINANCES_TERRITOIRE = "fin_territoire", "Finances d’un territoire"
    PORTEUR = "porteur", "Porteur"
    ENGAGEMENT = "engagement", "Engagement du porteur"
    EVALUATION = "evaluation", "Évaluation"
    DGSQ = "dgsq", "Analyse, Services Québec"
    DIRECTION_DGSQ = "direction_dgsq", "Direction, Services Québec"
    MESS = "mess", "Analyse, Ministère"
    APPROBATION = "approbation", "Approbation, Ministère"
    FINANCES_MESS = "finances_mess", "Finances, Ministère"
    OBSERVATION = "observation", "Observation"
    ADMINISTRATION = "administration", "Administration"


DE_L_ALLIANCE = frozenset({Role.COORDINATION, Role.SIGNATURE, Role.FINANCES})
DE_LA_REGION = frozenset({Role.DGSQ, Role.DIRECTION_DGSQ})
# Une MRC qui gère sa part a sa signature et ses finances; `ProfilGouvernance.gestion` le dit (docs/adr/0019).
DU_TERRITOIRE = frozenset({Role.SIGNATURE_TERRITOIRE, Role.FINANCES_TERRITOIRE})
GESTIONS_AU_TERRITOIRE = ("partagee", "deux_paliers")
DE_L_ORGANISME = frozenset({Role.PORTEUR, Role.ENGAGEMENT})  # l'un rédige, l'autre engage
# Membre d'une instance : ne voit que les dossiers qu'on lui soumet, pas ce que fait le reste de l'Alliance.
DE_L_INSTANCE = frozenset({Role.EVALUATION})
NATIONAUX = frozenset(
    {Role.MESS, Role.APPROBATION, Role.FINANCES_MESS, Role.ADMINISTRATION, Role.OBSERVATION}
)
# Ce sur quoi un rôle se confie. Un rôle national n'a pas de portée; l'observation peut se borner à une région.
ROLES_PAR_PORTEE = {
    "alliance": DE_L_ALLIANCE,
    "region": DE_LA_REGION,
    "territoire": DU_TERRITOIRE | {Role.TERRITOIRE},
    "organisme": DE_L_ORGANISME,
    "instance_gouvernance": DE_L_INSTANCE,
}
DE_L_ETAT = DE_LA_REGION | {Role.MESS, Role.APPROBATION, Role.FINANCES_MESS}
HORS_DE_L_ETAT = DE_L_ALLIANCE | DU_TERRITOIRE | DE_L_ORGANISME | {Role.TERRITOIRE}
SUIVI = DE_L_ALLIANCE | DE_L_ETAT | DU_TERRITOIRE | {Role.TERRITOIRE, Role.OBSERVATION, Role.ADMINISTRATION}

# Ce qui lie se confie à deux, et jamais deux mains dans la même personne (docs/adr/0017).
MAINS = {
    Role.SIGNATURE: "engager",
    Role.SIGNATURE_TERRITOIRE: "engager",
    Role.ENGAGEMENT: "engager",
    Role.FINANCES: "tenir la caisse",
    Role.FINANCES_TERRITOIRE: "tenir la caisse",
    Role.APPROBATION: "approuver pour le Ministère",
    Role.FINANCES_MESS: "payer pour le Ministère",
    Role.ADMINISTRATION: "administrer",
}
QUI_LIENT = frozenset(MAINS)
PAR_RESOLUTION = frozenset(
    {Role.SIGNATURE, Role.SIGNATURE_TERRITOIRE, Role.ENGAGEMENT}
)  # une résolution jointe les nomme aussi

A_DOUBLE_FACTEUR = (DE_L_ALLIANCE | DU_TERRITOIRE | NATIONAUX | {Role.DIRECTION_DGSQ}) - {Role.OBSERVATION}

# La seconde personne de ce qui lie : elle tient un de ces rôles sur la même portée, en titre.
_DU_DEHORS = frozenset({Role.SIGNATURE, Role.DIRECTION_DGSQ, Role.MESS, Role.ADMINISTRATION})
CONFIRMENT = {
    Role.SIGNATURE: _DU_DEHORS,
    Role.FINANCES: _DU_DEHORS,
    Role.SIGNATURE_TERRITOIRE: _DU_DEHORS,
    Role.FINANCES_TERRITOIRE: _DU_DEHORS,
    Role.ENGAGEMENT: _DU_DEHORS,
    Role.APPROBATION: frozenset({Role.APPROBATION, Role.ADMINISTRATION}),
    Role.FINANCES_MESS: frozenset({Role.APPROBATION, Role.ADMINISTRATION}),
    Role.ADMINISTRATION: frozenset({Role.APPROBATION, Role.ADMINISTRATION}),
}
# Combien de personnes doivent rester en titre quand une autre part : qui les nomme, à deux, doit pouvoir le faire.
A_GARDER = {Role.COORDINATION: 1, Role.APPROBATION: 1, Role.ADMINISTRATION: 2}
