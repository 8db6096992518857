"""Ce qu'une personne ne choisit pas, parce que c'est d'elle; ce qu'un territoire paie : de ses enveloppes seules."""

from django.db.models import Q

from alliances.models import Mandat, Organisme, Role
from alliances.models.adhesions import organismes_de
from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ALLIANCE, DU_TERRITOIRE
from conventions.models.arbres import PROFONDEUR

AU_TERRITOIRE = DU_TERRITOIRE | {Role.TERRITOIRE}


def territoires_de(utilisateur, roles=AU_TERRITOIRE):
    """Ceux où la personne tient un de ces rôles, qui ne valent que sur eux."""
    return {m.territoire_id for m in droits_de(utilisateur).mandats if m.role in AU_TERRITOIRE & set(roles)}


def est_la_sienne(utilisateur, initiative):
    """Déposée par un organisme de la personne, ou par la MRC (ou une municipalité) dont elle tient un rôle."""
    porteur = initiative.organisme
    municipal = porteur.forme == Organisme.Forme.MUNICIPAL
    return porteur.pk in organismes_de(utilisateur) or (
        municipal and porteur.territoire_id in territoires_de(utilisateur)
    )


def l_a_deposee(utilisateur, initiative):
    """Cette personne a engagé l'organisme, même si elle en est sortie depuis."""
    return not initiative.mode_reception and initiative.deposee_par_id == utilisateur.pk


def les_siennes(utilisateur, chemin=""):
    """La condition de `est_la_sienne`."""
    municipal = {"forme": Organisme.Forme.MUNICIPAL, "territoire__in": territoires_de(utilisateur)}
    return Q(**{f"{chemin}organisme__in": organismes_de(utilisateur)}) | Q(
        **{f"{chemin}organisme__{champ}": valeur for champ, valeur in municipal.items()}
    )


def liees_a(organisme):
    """Les personnes à qui une demande de cet organisme est la leur (`est_la_sienne`)."""
    mandats = Mandat.objects.en_vigueur()
    liees = Q(organisme=organisme.pk)
    if organisme.forme == Organisme.Forme.MUNICIPAL and organisme.territoire_id:
        liees |= Q(territoire=organisme.territoire_id, role__in=AU_TERRITOIRE)
    return mandats.filter(liees).values("utilisateur")


def dessert(enveloppe, initiative):
    """L'enveloppe d'un territoire, ce qui se passe chez lui; celle de toute l'Alliance, n'importe où."""
    return enveloppe.territoire_id in {None, *(territoire.pk for territoire in initiative.territoires.all())}


def puisables_par(utilisateur, alliance):
    """La condition des enveloppes que la personne affecte : à la Table, toutes; au territoire, les siennes.

    Elle est du territoire quand elle le nomme, ou celle dont elle fait partie; l'appel doit aussi la mettre en commun.
    """
    siens = territoires_de(utilisateur) if utilisateur else ()
    if not siens or alliance.roles_de(utilisateur) & DE_L_ALLIANCE:
        return Q()
    etages = ["parent__" * n for n in range(PROFONDEUR + 1)]
    siennes = Q()
    for etage in etages:
        siennes |= Q(**{f"{etage}territoire__in": siens})
    return siennes & Q(en_commun=True)
