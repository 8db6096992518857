"""Ce qu'une personne ne choisit pas, parce que c'est d'elle; ce qu'un territoire paie : de ses enveloppes seules."""

from functools import reduce
from operator import or_

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


def du_territoire(siens, chemin=""):
    """La condition des enveloppes qui nomment un de ces territoires, ou qui font partie d'une qui le nomme."""
    etages = ["parent__" * n for n in range(PROFONDEUR + 1)]
    return reduce(or_, (Q(**{f"{chemin}{etage}territoire__in": siens}) for etage in etages))


def puisables_par(utilisateur, alliance):
    """La condition des enveloppes que la personne affecte : à la Table, toutes; au territoire, les siennes.

    L'appel doit aussi les mettre en commun.
    """
    siens = territoires_de(utilisateur) if utilisateur else ()
    if not siens or alliance.roles_de(utilisateur) & DE_L_ALLIANCE:
        return Q()
    return du_territoire(siens) & Q(en_commun=True)
