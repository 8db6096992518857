"""Le rôle permet-il ce geste? Une raison quand c'est non. L'état, lui, répond par `empechements_a_…`."""

from alliances.models import Role
from alliances.models.mandats import DE_L_ETAT
from conventions.models.roles import ROLES
from socle.acces import Refus


def peut(utilisateur, geste, convention):
    """`None` si la personne tient un rôle qui permet ce geste sur cette convention, sinon un `Refus`."""
    return peut_sur_l_alliance(utilisateur, geste, convention.alliance)


def peut_sur_l_alliance(utilisateur, geste, alliance):
    """De même, avant que la convention existe."""
    if alliance.roles_de(utilisateur) & set(ROLES[geste]):
        return None
    libelles = " ou ".join(Role(role).label for role in ROLES[geste])
    return Refus(f"Ce geste revient à ce rôle : {libelles}.")


def geste_de_signature(partie):
    """La signature d'un organisme, l'Alliance ou le Ministère l'inscrit; celle de la ou du ministre, l'approbation."""
    return "signer" if partie.organisme_id else "signer-ministre"


def est_de_l_etat(utilisateur, convention):
    """La personne suit cette convention pour Services Québec, le Ministère ou l'administration."""
    return bool(convention.alliance.roles_de(utilisateur) & (DE_L_ETAT | {Role.ADMINISTRATION}))
