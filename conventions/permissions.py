"""Le rôle permet-il ce geste? Une raison quand c'est non. L'état, lui, répond par `empechements_a_…`."""

from alliances.models import Role
from alliances.models.mandats import droits_de
from conventions.models.roles import ROLES
from socle.acces import Refus


def peut(utilisateur, geste, convention):
    """`None` si la personne tient un rôle qui permet ce geste sur cette convention, sinon un `Refus`.

    Sans région, il n'y a pas de Services Québec : l'analyse du Ministère recommande les versements.
    """
    tenus, admis = convention.alliance.roles_de(utilisateur), ROLES[geste]
    if tenus & set(admis):
        return None
    if geste == "recommander" and Role.MESS in tenus and not convention.alliance.regions.exists():
        return None
    libelles = " ou ".join(Role(role).label for role in admis)
    return Refus(f"Ce geste revient à ce rôle : {libelles}.")


def peut_quelque_part(utilisateur, geste):
    """Pour une page qui porte sur plusieurs conventions : la personne tient ce rôle quelque part."""
    if droits_de(utilisateur).roles & set(ROLES[geste]):
        return None
    libelles = " ou ".join(Role(role).label for role in ROLES[geste])
    return Refus(f"Ce geste revient à ce rôle : {libelles}.")
