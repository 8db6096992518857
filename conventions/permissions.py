"""Le rôle permet-il ce geste? Une raison quand c'est non. L'état, lui, répond par `empechements_a_…`."""

from alliances.models import Role
from alliances.models.mandats import DE_L_ETAT, droits_de
from conventions.models import Enveloppe, PartieConvention
from conventions.models.roles import ROLES
from socle.acces import Refus

DE_SERVICES_QUEBEC = frozenset({"recommander", "accepter"})


def peut(utilisateur, geste, convention):
    """`None` si la personne tient un rôle qui permet ce geste sur cette convention, sinon un `Refus`.

    Sans région, il n'y a pas de Services Québec : l'analyse du Ministère tient son rôle.
    """
    alliance = convention.alliance
    if refus := peut_sur_l_alliance(utilisateur, geste, alliance):
        remplace = geste in DE_SERVICES_QUEBEC and Role.MESS in alliance.roles_de(utilisateur)
        return None if remplace and not alliance.regions.exists() else refus
    return None


def peut_sur_l_alliance(utilisateur, geste, alliance):
    """De même, avant que la convention existe."""
    return None if alliance.roles_de(utilisateur) & set(ROLES[geste]) else _refus(geste)


def peut_retirer(utilisateur, piece):
    """L'analyse du Ministère, ou la personne qui l'a téléversée tant qu'elle peut joindre."""
    if piece.televersee_par_id == utilisateur.pk and peut(utilisateur, "joindre", piece.convention) is None:
        return None
    return peut(utilisateur, "retirer-piece", piece.convention)


def peut_quelque_part(utilisateur, geste):
    """Pour une page qui porte sur plusieurs conventions : la personne tient ce rôle quelque part."""
    return None if droits_de(utilisateur).roles & set(ROLES[geste]) else _refus(geste)


def _refus(geste):
    libelles = " ou ".join(Role(role).label for role in ROLES[geste])
    return Refus(f"Cette action revient à ce rôle : {libelles}.")


def peut_transferer(utilisateur, enveloppe):
    """La coordination et les finances, de partout; une ressource de territoire, de l'enveloppe du sien."""
    if refus := peut(utilisateur, "demander-transfert", enveloppe.convention):
        return refus
    if _du_sien(utilisateur, enveloppe.convention, enveloppe):
        return None
    return Refus("Une ressource de territoire demande un transfert de l’enveloppe de son territoire.")


def peut_sur_l_enveloppe(utilisateur, geste, enveloppe):
    """Les finances de l'Alliance, de partout; une personne d'un territoire, de la part que son territoire gère."""
    if refus := peut(utilisateur, geste, enveloppe.convention):
        return refus
    if Role.FINANCES in set(ROLES[geste]) & enveloppe.convention.alliance.roles_de(utilisateur):
        return None
    territoire = enveloppe.territoire_gestionnaire
    mandats = droits_de(utilisateur).mandats
    if territoire and any(m.territoire_id == territoire.pk and m.role in ROLES[geste] for m in mandats):
        return None
    return Refus("Une personne d’un territoire agit sur la part que son territoire gère, et sur elle seule.")


def enveloppes_permises(utilisateur, geste, convention):
    """Celles d'un exercice ouvert où la personne peut ce geste."""
    ouverts = convention.exercices.filter(clos_le=None).values("an")
    enveloppes = Enveloppe.objects.filter(convention=convention, an__in=ouverts).avec_lignee()
    return [
        enveloppe
        for enveloppe in enveloppes.en_arbre()
        if enveloppe.parent_id and peut_sur_l_enveloppe(utilisateur, geste, enveloppe) is None
    ]


def peut_retirer_transfert(utilisateur, transfert):
    """Qui l'a demandé, la coordination et les finances; une ressource de territoire, ce qui part du sien."""
    if refus := peut(utilisateur, "retirer-transfert", transfert.convention):
        return refus
    if transfert.demandee_par_id == utilisateur.pk or _du_sien(
        utilisateur, transfert.convention, transfert.de
    ):
        return None
    return Refus(
        "Cette demande vient d’ailleurs : une ressource de territoire retire celles de son territoire."
    )


def _du_sien(utilisateur, convention, enveloppe):
    """L'enveloppe est de son territoire, ou la personne répond de toutes."""
    if convention.alliance.roles_de(utilisateur) & {Role.COORDINATION, Role.FINANCES}:
        return True
    ressources = (mandat for mandat in droits_de(utilisateur).mandats if mandat.role == Role.TERRITOIRE)
    return enveloppe.territoire_id in {mandat.territoire_id for mandat in ressources}


def peut_voir_la_position(utilisateur):
    """La position des enveloppes, Alliance par Alliance : le Ministère, et Services Québec pour ses régions."""
    if droits_de(utilisateur).roles & (DE_L_ETAT | {Role.ADMINISTRATION}):
        return None
    return Refus("La position des enveloppes se lit de Services Québec et du Ministère.")


def peut_partager(utilisateur):
    """L'aide au partage national : l'analyse et l'approbation du Ministère."""
    if droits_de(utilisateur).nationaux & {Role.MESS, Role.APPROBATION}:
        return None
    return Refus("Le partage national revient à l’analyse et à l’approbation du Ministère.")


def geste_de_signature(partie):
    """La signature d'un organisme, l'Alliance ou le Ministère l'inscrit; celle de la ou du ministre, l'approbation."""
    return "signer" if partie.organisme_id else "signer-ministre"


def peut_signer(utilisateur, partie, convention):
    """Un territoire qui gère sa part signe pour sa MRC cosignataire, et pour elle seule; `partie` : ou sa signature."""
    geste = geste_de_signature(partie)
    if refus := peut(utilisateur, geste, convention):
        return refus
    if set(ROLES[geste]) & convention.alliance.roles_de(utilisateur) != {Role.SIGNATURE_TERRITOIRE}:
        return None
    gere = convention.alliance.confie_leur_part_aux_territoires
    cosigne = partie.role == PartieConvention.Role.COSIGNATAIRE
    if gere and cosigne and partie.organisme.territoire_id in territoires_signes(utilisateur):
        return None
    return Refus("Une personne d’un territoire signe pour la MRC de son territoire, et pour elle seule.")


def territoires_signes(utilisateur):
    """Les territoires dont la personne tient la signature."""
    mandats = droits_de(utilisateur).mandats
    return {m.territoire_id for m in mandats if m.role == Role.SIGNATURE_TERRITOIRE}


def est_de_l_etat(utilisateur, convention):
    """La personne suit cette convention pour Services Québec, le Ministère ou l'administration."""
    return bool(convention.alliance.roles_de(utilisateur) & (DE_L_ETAT | {Role.ADMINISTRATION}))
