"""Le rôle permet-il ce geste? Une raison quand c'est non. L'état, lui, répond par `empechements_a_…`."""

from alliances.models import Role
from alliances.models.charge import CONFIENT
from alliances.models.gouvernance import Palier
from alliances.models.mandats import DE_L_ETAT, droits_de
from alliances.plans.models.plans import MEMBRES
from alliances.plans.models.roles import ROLES
from socle.acces import Refus


def roles_du_geste(geste, version):
    """Les rôles admis; sans région, il n'y a pas de direction régionale : le Ministère rend l'avis."""
    roles = set(ROLES[geste])
    if geste == "retourner":
        roles &= (
            {Role.MESS, Role.APPROBATION}
            if version.etat == "avisee"
            else {
                Role.DGSQ,
                Role.DIRECTION_DGSQ,
                Role.MESS,
            }
        )
    if geste == "rendre-avis" and version.est_sans_region:
        roles.add(Role.MESS)
    return roles


def peut(utilisateur, geste, version):
    """`None` si la personne tient un rôle qui permet ce geste sur ce plan, sinon un `Refus`."""
    tenus = version.plan.alliance.roles_de(utilisateur)
    directs = set(ROLES[geste])
    # L'avis revient au Ministère seulement sans région : inutile de les lire pour qui n'en est pas.
    sans_exception = geste == "rendre-avis" and (tenus & directs or Role.MESS not in tenus)
    admis = directs if sans_exception else roles_du_geste(geste, version)
    if tenus & admis:
        return None
    libelles = " ou ".join(Role(role).label for role in ROLES[geste] if role in admis)
    return Refus(f"Cette action revient à ce rôle : {libelles}.")


def peut_rediger(utilisateur, version, priorite=None):
    """La coordination écrit tout; une ressource de territoire, les priorités locales de son territoire."""
    roles = version.plan.alliance.roles_de(utilisateur)
    if Role.COORDINATION in roles:
        return None
    if Role.TERRITOIRE in roles and priorite is not None and priorite.palier == Palier.LOCAL:
        siens = {m.territoire_id for m in droits_de(utilisateur).mandats if m.territoire_id}
        if siens & {territoire.pk for territoire in priorite.territoires.all()}:
            return None
        return Refus("Une ressource de territoire rédige les priorités locales de son territoire.")
    if Role.TERRITOIRE in roles:
        return Refus("Une ressource de territoire rédige les priorités locales, pas le reste du plan.")
    return Refus("La rédaction du plan revient à la coordination de la Table.")


def peut_confier(utilisateur, plan):
    """L'État dit qui, chez lui, suit le dossier."""
    if plan.alliance.roles_de(utilisateur) & set(CONFIENT):
        return None
    return Refus("Le dossier d’un plan se confie par Services Québec ou par le Ministère.")


def est_membre(utilisateur, version):
    """La personne est de l'Alliance : elle lit la rédaction en cours."""
    return bool(version.plan.alliance.roles_de(utilisateur) & MEMBRES)


def est_de_l_etat(utilisateur, version):
    """La personne examine ce plan pour Services Québec ou le Ministère."""
    return bool(version.plan.alliance.roles_de(utilisateur) & DE_L_ETAT)
