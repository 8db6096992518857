"""Ce qu'une personne ne choisit pas, parce que c'est d'elle; ce qu'un territoire paie : de ses enveloppes seules."""

from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone

from alliances.models import Mandat, Organisme, Role
from alliances.models.confiance import a_valu
from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ALLIANCE, DE_L_ORGANISME, DU_TERRITOIRE
from conventions.models.arbres import PROFONDEUR
from socle.valeurs.horloge import jour_de

AU_TERRITOIRE = DU_TERRITOIRE | {Role.TERRITOIRE}
QUI_DEPOSENT = DE_L_ORGANISME | AU_TERRITOIRE


def territoires_de(utilisateur, roles=AU_TERRITOIRE):
    """Ceux où la personne tient un de ces rôles, qui ne valent que sur eux."""
    return {m.territoire_id for m in droits_de(utilisateur).mandats if m.role in AU_TERRITOIRE & set(roles)}


def est_la_sienne(utilisateur, initiative):
    """Elle l'a commencée ou déposée; ou elle est de qui la dépose, aujourd'hui ou à un moment depuis le début.

    Qui en a écrit une partie en était ce jour-là.
    """
    tenus = droits_de(utilisateur).tenus_depuis(_debut(initiative))
    return utilisateur.pk in _mains(initiative) or any(_lie(m, initiative.organisme) for m in tenus)


def est_de(utilisateur, organisme):
    """Elle est aujourd'hui de cet organisme, ou de la MRC qu'il est."""
    return any(_lie(mandat, organisme) for mandat in droits_de(utilisateur).mandats)


def _lie(mandat, organisme):
    if mandat.role in DE_L_ORGANISME:
        return mandat.organisme_id == organisme.pk
    municipal = organisme.forme == Organisme.Forme.MUNICIPAL
    return municipal and mandat.role in AU_TERRITOIRE and mandat.territoire_id == organisme.territoire_id


def _mains(initiative):
    """Qui l'a commencée et qui l'a déposée; reçue autrement, c'est la Table, qui ne fait que l'inscrire."""
    if initiative.mode_reception:
        return set()
    return {initiative.commencee_par_id, initiative.deposee_par_id} - {None}


def _debut(initiative):
    return jour_de(initiative.recue_le or initiative.commencee_le)


def _si(chemin, **conditions):
    return Q(**{f"{chemin}{champ}": valeur for champ, valeur in conditions.items()})


def les_siennes(utilisateur, chemin=""):
    """La condition de `est_la_sienne`."""
    mains = _si(chemin, commencee_par=utilisateur.pk) | _si(chemin, deposee_par=utilisateur.pk)
    return mains & _si(chemin, mode_reception="") | par_ses_mandats(utilisateur, chemin)


def par_ses_mandats(utilisateur, chemin="", roles=QUI_DEPOSENT):
    """Celles que dépose un organisme ou une MRC dont elle tient ce rôle, ou le tenait depuis leur début."""
    droits = droits_de(utilisateur)
    siennes = _portees(droits.mandats, roles, chemin)
    for mandat in droits.quittes:
        alors = _si(chemin, commencee_le__date__lte=mandat.fin) | _si(chemin, recue_le__date__lte=mandat.fin)
        siennes |= _portees([mandat], roles, chemin) & alors
    return siennes


def _portees(mandats, roles, chemin):
    organismes = {m.organisme_id for m in mandats if m.role in roles & DE_L_ORGANISME}
    territoires = {m.territoire_id for m in mandats if m.role in roles & AU_TERRITOIRE}
    siennes = _si(chemin, organisme__in=organismes)  # d'aucun organisme, aucune
    if territoires:
        municipal = {"organisme__forme": Organisme.Forme.MUNICIPAL, "organisme__territoire__in": territoires}
        siennes |= _si(chemin, **municipal)
    return siennes


def siennes_d_aujourd_hui(utilisateur, chemin=""):
    """Celles qu'elle lit comme qui les dépose : de son organisme et, une fois déposées, de sa MRC."""
    mandats = droits_de(utilisateur).mandats
    de_la_mrc = _portees(mandats, AU_TERRITOIRE, chemin) & _si(chemin, deposee_le__isnull=False)
    return _portees(mandats, DE_L_ORGANISME, chemin) | de_la_mrc


def liees_a(initiative):
    """La condition des personnes à qui cette demande est la leur (`est_la_sienne`)."""
    depuis = Q(fin__isnull=True) | Q(fin__gte=_debut(initiative))
    tenus = Mandat.objects.filter(a_valu(timezone.localdate()), depuis, qui_lient_a(initiative.organisme))
    return Q(pk__in=_mains(initiative)) | Q(pk__in=tenus.values("utilisateur"))


def qui_lient_a(organisme):
    """La condition des mandats de qui dépose : de l'organisme, ou de la MRC (ou la municipalité) qu'il est."""
    liees = Q(organisme=organisme.pk, role__in=DE_L_ORGANISME)
    if organisme.forme == Organisme.Forme.MUNICIPAL and organisme.territoire_id:
        liees |= Q(territoire=organisme.territoire_id, role__in=AU_TERRITOIRE)
    return liees


def du_territoire(siens, chemin=""):
    """La condition des enveloppes qui nomment un de ces territoires, ou qui font partie d'une qui le nomme."""
    etages = ["parent__" * n for n in range(PROFONDEUR + 1)]
    return reduce(or_, (Q(**{f"{chemin}{etage}territoire__in": siens}) for etage in etages))


def dessert(enveloppe, initiative):
    """L'enveloppe d'un territoire, ce qui se passe chez lui; celle de toute l'Alliance, n'importe où."""
    lieu = next((e.territoire_id for e in enveloppe.lignee if e.territoire_id), None)
    return lieu in {None, *(territoire.pk for territoire in initiative.territoires.all())}


def territoires_ou_puiser(utilisateur, alliance):
    """Ceux dont la personne affecte les enveloppes que l'appel met en commun; `None` : à la Table, toutes."""
    siens = territoires_de(utilisateur) if utilisateur else ()
    return None if not siens or alliance.roles_de(utilisateur) & DE_L_ALLIANCE else siens


def se_puise(enveloppe, siens):
    """Cette enveloppe, lue avec sa `part` de l'appel, est de celles-là (`territoires_ou_puiser`, `du_territoire`)."""
    lieux = {etage.territoire_id for etage in enveloppe.lignee}
    return siens is None or (enveloppe.part is not None and not lieux.isdisjoint(siens))
