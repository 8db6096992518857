"""L'état d'une version dans les mots de qui la lit, et à qui c'est le tour."""

from dataclasses import dataclass, replace

from alliances.models import Role
from alliances.models.mandats import DE_L_ETAT, droits_de
from alliances.plans.models.versions import Etat


@dataclass(frozen=True)
class EtatLu:
    libelle: str
    genre: str
    tour: str


# Ces mots se lisent à côté d'un plan comme d'une version : aucun ne s'accorde.
DE_LA_TABLE = {
    Etat.BROUILLON: ("En rédaction", "encours", "C’est à la Table de rédiger, puis d’adopter le plan."),
    Etat.ADOPTEE: ("À déposer", "encours", "C’est à la personne autorisée à signer de déposer le plan."),
    Etat.DEPOSEE: ("En examen", "encours", "C’est à Services Québec d’examiner le plan."),
    Etat.A_CORRIGER: ("À corriger", "probleme", "C’est à la Table de faire les corrections demandées."),
    Etat.AVISEE: ("Avis rendu", "encours", "C’est au Ministère de décider."),
    Etat.APPROUVEE: ("En vigueur", "favorable", "Le Ministère a approuvé cette version."),
    Etat.REFUSEE: ("Refus du Ministère", "probleme", "Le Ministère a refusé cette version."),
    Etat.REMPLACEE: ("N’est plus en vigueur", "neutre", "Une version plus récente est en vigueur."),
}
A_LA_TABLE = ("De retour à la Table", "neutre", "C’est à la Table de faire les corrections demandées.")
A_L_AVIS = "L’analyse est terminée; l’avis reste à rendre."
A_VOTRE_AVIS = "L’analyse est terminée; c’est à vous de rendre l’avis."
DE_LA_REGION = {
    Etat.DEPOSEE: ("À analyser", "attention", "C’est à vous d’examiner le plan."),
    Etat.A_CORRIGER: A_LA_TABLE,
}
DU_MINISTERE = DE_LA_REGION | {
    Etat.DEPOSEE: ("À Services Québec", "neutre", "C’est à Services Québec d’examiner le plan."),
    Etat.AVISEE: ("Avis reçu", "attention", "C’est au Ministère de décider."),
}
DE_L_APPROBATION = DU_MINISTERE | {Etat.AVISEE: ("Avis reçu", "attention", "C’est à vous de décider.")}


def etat_lu(version, utilisateur):
    """L'état et la phrase de tour, dans les mots de la personne; l'analyse terminée, c'est le tour de l'avis."""
    roles = version.plan.alliance.roles_de(utilisateur)
    lu = EtatLu(*_mots(roles)[Etat(version.etat)])
    if version.etat == Etat.DEPOSEE and version.analyse_le:
        return replace(lu, tour=A_VOTRE_AVIS if Role.DIRECTION_DGSQ in roles else A_L_AVIS)
    return lu


def libelles_pour(roles):
    """{état: son nom} dans les mots de qui tient ces rôles; les filtres et les journaux disent les mêmes."""
    return {etat: libelle for etat, (libelle, *_) in _mots(roles).items()}


def choix_d_etats(utilisateur):
    """Les états que la personne peut rencontrer, tous plans confondus, tels que les pastilles les nomment."""
    return [(str(etat), libelle) for etat, libelle in libelles_pour(droits_de(utilisateur).roles).items()]


def _mots(roles):
    """L'État a ses mots; tous les autres ont ceux de la Table."""
    if Role.APPROBATION in roles:
        return DE_LA_TABLE | DE_L_APPROBATION
    if roles & {Role.DGSQ, Role.DIRECTION_DGSQ}:
        return DE_LA_TABLE | DE_LA_REGION
    if roles & DE_L_ETAT:
        return DE_LA_TABLE | DU_MINISTERE
    return DE_LA_TABLE
