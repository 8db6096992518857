"""Le rôle permet-il ce geste? Une raison quand c'est non. L'état, lui, répond par `empechements_a_…`."""

from alliances.models import Role
from conventions.models.roles import ROLES
from socle.acces import Refus


def peut(utilisateur, geste, convention):
    """`None` si la personne tient un rôle qui permet ce geste sur cette convention, sinon un `Refus`."""
    if convention.alliance.roles_de(utilisateur) & set(ROLES[geste]):
        return None
    libelles = " ou ".join(Role(role).label for role in ROLES[geste])
    return Refus(f"Ce geste revient à ce rôle : {libelles}.")
