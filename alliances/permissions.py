"""Le rôle permet-il ce geste? `None` si oui, sinon un `Refus` qui dit pourquoi."""

from dataclasses import dataclass

from django.db.models import Q

from alliances.models import Alliance, Mandat, Role, Territoire
from alliances.models.changements import IDENTITE_DU_MINISTERE
from alliances.models.confiance import INVITATION_EN_ATTENTE
from alliances.models.mandats import droits_de
from alliances.models.roles import (
    CONFIRMENT,
    DE_L_ALLIANCE,
    DE_L_INSTANCE,
    DE_L_ORGANISME,
    DE_LA_REGION,
    DU_TERRITOIRE,
    NATIONAUX,
)
from socle.acces import Refus

TIENNENT_LE_REPERTOIRE = frozenset({Role.COORDINATION, Role.FINANCES})
SUR_TERRITOIRE = DU_TERRITOIRE | {Role.TERRITOIRE}
DU_MINISTERE = frozenset({Role.MESS, Role.APPROBATION, Role.FINANCES_MESS, Role.OBSERVATION})
SANS_GESTION = Refus(
    "Les mandats se gèrent par la coordination de l’Alliance, la direction de Services Québec, "
    "l’approbation du Ministère et l’administration; la première coordination, aussi par l’analyse du Ministère."
)


def peut_decrire(utilisateur, alliance):
    """La coordination décrit son Alliance : gouvernance, instances, participation, contacts, parties."""
    if Role.COORDINATION in alliance.roles_de(utilisateur):
        return None
    return Refus("Seule la coordination de cette Alliance modifie sa fiche.")


def peut_changer_les_circuits(utilisateur, alliance):
    """La coordination, jusqu'au dépôt du plan qui les décrit; ensuite, la signature."""
    if not alliance.circuits_fixes_le:
        return peut_decrire(utilisateur, alliance)
    return next(map(Refus, alliance.empechements_a_changer_les_circuits_par(utilisateur)), None)


def peut_tenir_le_registre(utilisateur):
    """Le registre des incidents de confidentialité."""
    if Role.ADMINISTRATION in droits_de(utilisateur).nationaux:
        return None
    return Refus("Le registre des incidents est tenu par l’administration.")


def peut_ajouter_un_organisme(utilisateur):
    if droits_de(utilisateur).roles & (TIENNENT_LE_REPERTOIRE | {Role.MESS, Role.ADMINISTRATION}):
        return None
    return Refus(
        "Le répertoire des organismes est tenu par la coordination et les finances des Alliances, "
        "le Ministère et l’administration."
    )


def peut_modifier_un_organisme(utilisateur, organisme):
    """L'Alliance qui le décrit (ses conventions, sa Table, son territoire), ou le Ministère."""
    if refus := peut_ajouter_un_organisme(utilisateur):
        return refus
    droits = droits_de(utilisateur)
    if droits.nationaux & {Role.MESS, Role.ADMINISTRATION}:
        return None
    if droits.alliances(TIENNENT_LE_REPERTOIRE) & organisme.alliances_qui_decrivent():
        return None
    return Refus(
        "Cet organisme n’est pas décrit par votre Alliance\u00a0: sa fiche revient à celle de sa convention ou de son "
        "territoire; à défaut, au Ministère."
    )


def peut_changer_l_identite(utilisateur, organisme):
    """Partie d'une Alliance ou d'une convention, ou accepté, il ne change d'identité que par le Ministère."""
    if refus := peut_modifier_un_organisme(utilisateur, organisme):
        return refus
    if Role.MESS in droits_de(utilisateur).nationaux or not organisme.est_partie:
        return None
    return Refus(IDENTITE_DU_MINISTERE)


def peut_demander_l_identite(utilisateur, organisme):
    """L'Alliance qui décrit l'organisme demande; le Ministère, lui, change."""
    if droits_de(utilisateur).alliances(TIENNENT_LE_REPERTOIRE) & organisme.alliances_qui_decrivent():
        return None
    return Refus("Ce changement se demande par l’Alliance qui décrit cet organisme.")


def peut_decider_de_l_identite(utilisateur):
    if Role.MESS in droits_de(utilisateur).nationaux:
        return None
    return Refus("Un changement d’identité s’accepte ou se refuse par l’analyse du Ministère.")


def peut_repondre_a(utilisateur, demande):
    """À une demande sur un organisme : qui en est ou la coordination de la Table; `repondants` dit lequel."""
    if demande.repondants().filter(pk=utilisateur.pk).exists() or demande.demandee_par_id == utilisateur.pk:
        return None
    return Refus(
        "La réponse revient à une autre personne\u00a0: de l’organisme, ou de la coordination de la Table."
    )


def peut_retirer(utilisateur, demande):
    """Une demande sur un organisme : qui l'a faite, personne d'autre."""
    if demande.demandee_par_id == utilisateur.pk:
        return None
    return Refus("Une demande se retire par la personne qui l’a faite.")


@dataclass(frozen=True)
class Gestion:
    """Les mandats qu'une personne donne et retire : tous, ceux du Ministère, ou ceux de ses portées."""

    tous: bool
    ministere: bool
    alliances: frozenset
    territoires: frozenset
    regions: frozenset
    sans_coordination: frozenset  # les Alliances dont la personne, de l'État, invite la première coordination

    def __bool__(self):
        return self.tous or self.ministere or bool(self.alliances or self.regions or self.sans_coordination)

    def admises(self, role):
        """Les Alliances sur lesquelles la personne confie ce rôle."""
        return self.alliances | (self.sans_coordination if role == Role.COORDINATION else frozenset())

    @property
    def roles(self):
        """Les rôles que la personne peut confier, dans l'ordre de la liste."""
        permis = set(DU_MINISTERE) if self.ministere else set()
        if self.alliances:
            permis |= DE_L_ALLIANCE | DE_L_INSTANCE
        if self.sans_coordination:
            permis.add(Role.COORDINATION)
        if self.territoires:
            permis |= SUR_TERRITOIRE | DE_L_ORGANISME
        if self.regions:
            permis |= DE_LA_REGION
        return [role for role in Role if self.tous or role in permis]

    def comprend(self, mandat):
        """La personne peut donner ou retirer ce mandat."""
        if self.tous:
            return True
        if mandat.role in DE_L_ALLIANCE:
            return mandat.alliance_id in self.admises(mandat.role)
        if mandat.role in DE_L_INSTANCE:
            return mandat.instance_gouvernance.alliance_id in self.alliances
        if mandat.role in SUR_TERRITOIRE:
            return mandat.territoire_id in self.territoires
        if mandat.role in DE_L_ORGANISME:
            return mandat.organisme.territoire_id in self.territoires
        if mandat.role in DE_LA_REGION:
            return mandat.region_id in self.regions
        return mandat.role in DU_MINISTERE and self.ministere

    def filtrer(self, mandats):
        """Parmi ces mandats, ceux que la personne gère."""
        if self.tous:
            return mandats
        return mandats.filter(
            Q(role__in=DE_L_ALLIANCE, alliance__in=self.alliances)
            | Q(role__in=DE_L_INSTANCE, instance_gouvernance__alliance__in=self.alliances)
            | Q(role__in=SUR_TERRITOIRE, territoire__in=self.territoires)
            | Q(role__in=DE_L_ORGANISME, organisme__territoire__in=self.territoires)
            | Q(role__in=DE_LA_REGION, region__in=self.regions)
            | Q(role__in=DU_MINISTERE if self.ministere else [])
        )


def gestion_de(utilisateur):
    """Ce que la personne gère aujourd'hui; une requête de plus que ses droits, pour ses territoires.

    Un intérim ne gère rien : il finit à sa date, et ne se prolonge pas en nommant.
    """
    titulaires = [m for m in droits_de(utilisateur).mandats if m.remplace_id is None]
    nationaux = {m.role for m in titulaires if m.role in NATIONAUX}
    alliances = {m.alliance_id for m in titulaires if m.role == Role.COORDINATION}
    territoires = (
        Territoire.objects.filter(alliances__in=alliances) if alliances else Territoire.objects.none()
    )
    return Gestion(
        tous=Role.ADMINISTRATION in nationaux,
        ministere=Role.APPROBATION in nationaux,
        alliances=frozenset(alliances),
        territoires=frozenset(territoires.values_list("pk", flat=True)),
        regions=frozenset(m.region_id for m in titulaires if m.role == Role.DIRECTION_DGSQ),
        sans_coordination=_sans_coordination(utilisateur, titulaires),
    )


def _sans_coordination(utilisateur, titulaires):
    """Celles que la direction de Services Québec ou l'analyse du Ministère met en route : elles n'ont personne."""
    de_l_etat = {Role.DIRECTION_DGSQ, Role.MESS} & {m.role for m in titulaires}
    if not de_l_etat:
        return frozenset()
    tenues = Mandat.objects.en_titre().filter(role=Role.COORDINATION).exclude(INVITATION_EN_ATTENTE)
    vues = droits_de(utilisateur).alliances(de_l_etat)
    vides = Alliance.objects.exclude(pk__in=tenues.values("alliance"))
    return frozenset((vides if vues is None else vides.filter(pk__in=vues)).values_list("pk", flat=True))


def peut_gerer_des_mandats(utilisateur):
    return None if gestion_de(utilisateur) else SANS_GESTION


def mandats_geres(utilisateur):
    """Les mandats que la personne donne et retire."""
    return gestion_de(utilisateur).filtrer(Mandat.objects.visibles_par(utilisateur))


def peut_gerer(utilisateur, mandat):
    """La personne peut donner ou retirer ce mandat-là."""
    gestion = gestion_de(utilisateur)
    if not gestion:
        return SANS_GESTION
    if gestion.comprend(mandat):
        return None
    return Refus(f"Ce mandat ne relève pas de vous\u00a0: {mandat}.")


def peut_confirmer(utilisateur, mandat):
    """La seconde personne d'un rôle qui lie tient, en titre, un rôle qui en répond sur la même portée."""
    if Mandat.objects.filter(pk=mandat.pk).confirmables_par(utilisateur).exists():
        return None
    libelles = ", ".join(role.label for role in Role if role in CONFIRMENT.get(mandat.role, ()))
    return Refus(f"Ce mandat se confirme par un de ces rôles, en titre\u00a0: {libelles}.")


def peut_confier(utilisateur, role):
    """La personne peut confier ce rôle, sur une portée au moins."""
    gestion = gestion_de(utilisateur)
    if not gestion:
        return SANS_GESTION
    if role in gestion.roles:
        return None
    return Refus(f"Vous ne pouvez pas confier ce rôle\u00a0: {Role(role).label}.")


def peut_passer_le_relais(utilisateur, alliance):
    """La coordination de l'Alliance, ou l'administration; pas leur intérim."""
    gestion = gestion_de(utilisateur)
    if gestion.tous or alliance.pk in gestion.alliances:
        return None
    return Refus("Le relais se passe par la coordination de cette Alliance ou par l’administration.")
