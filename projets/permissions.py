"""Le rôle permet-il ce geste? Une raison quand c'est non. L'état, lui, répond par `empechements_a_…`."""

from django.db.models import Q, Subquery
from django.db.models.lookups import In

from alliances.models import Role
from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.models.avis import prochaine_etape
from projets.models.choix import AU_TERRITOIRE, est_la_sienne, territoires_de
from projets.models.decisions import Affectation
from projets.models.etapes import EtapeInitiative
from projets.models.evaluations import est_en_conflit
from projets.models.initiatives import SOUS_PROTOCOLE, Initiative
from projets.models.receptions import LIEE
from projets.models.roles import MEME_QUALITE, ROLES
from projets.models.suites import etapes_attendues
from socle.acces import Refus

# Ce qu'un territoire ne fait que d'une demande locale, que décide une instance du sien ou de la Table.
QUI_TRANCHENT = frozenset(
    {
        *("juger", "revoir-jugement", "fixer-palier", "proposer-decision", "retirer-proposition", "decider"),
        *("repondre-revision", "prolonger-reservation", "liberer-reservation"),
        *("preparer-protocole", "modifier-protocole", "transmettre-protocole", "reprendre-protocole"),
        *("abandonner-protocole", "inscrire-rapport", "accepter-rapport", "liberer-tranche"),
        *("annuler-tranche", "suspendre-protocole"),
        *("lever-suspension", "clore-protocole", "resilier-protocole", "repondre-changement"),
        *("proposer-rectificatif", "confirmer-rectificatif", "ecarter-rectificatif"),
        *("preparer-avenant-protocole", "modifier-avenant-protocole", "transmettre-avenant-protocole"),
        *("reprendre-avenant-protocole", "abandonner-avenant-protocole"),
    }
)
# Ce qu'un territoire ne fait qu'avec l'argent, ou que pour l'instance, qui est du sien.
# {geste: les états où il touche à de l'argent réservé, ou engagé}
ARGENT_TOUCHE = dict.fromkeys(
    ("prolonger-reservation", "liberer-reservation"), (Initiative.Etat.ACCEPTEE,)
) | dict.fromkeys(
    ("annuler-tranche", "clore-protocole", "resilier-protocole", "confirmer-rectificatif"), SOUS_PROTOCOLE
)
DE_L_ARGENT = frozenset(ARGENT_TOUCHE)
SELON_LE_DOSSIER = DE_L_ARGENT | {"rendre-avis"}
# Ce qu'on ne fait pas d'une demande de son organisme ou de sa MRC, quel que soit son autre rôle.
DU_CHOIX = QUI_TRANCHENT | {
    *(
        "rendre-avis",
        "retirer-avis",
        "entendre",
        "confier-initiative",
        "confier",
        "lire-les-notes",
        "repondre",
    ),
}
LA_SIENNE = Refus(
    "Cette demande est (ou a été) de votre organisme ou de votre MRC\xa0: une autre personne la choisit."
)
DES_DEUX_COTES = Refus(LIEE)
EN_CONFLIT = Refus(
    "Vous avez déclaré un conflit d’intérêts dans ce dossier\xa0: une autre personne le choisit."
)
ARGENT_D_AILLEURS = Refus(
    "L’argent de cette initiative vient d’une enveloppe où votre territoire ne puise pas\xa0: la Table s’en occupe."
)
AVIS_D_AILLEURS = Refus(
    "L’instance dont l’avis s’inscrit n’est pas de votre territoire\xa0: la Table le consigne."
)
PAS_LOCALE = Refus("Cette demande n’est pas du palier local de votre territoire\xa0: la Table la choisit.")


def _admis(geste):
    return set(ROLES.get(geste) or MEME_QUALITE[geste])


def _refus(geste):
    libelles = " ou ".join(Role(role).label for role in Role if role in _admis(geste))
    return Refus(f"Cette action revient à ce rôle : {libelles}.")


def peut_sur_l_alliance(utilisateur, geste, alliance, territoires=()):
    """Un rôle de l'Alliance vaut partout; un rôle de territoire, sur ce qui n'est que du sien."""
    if _a_la_table(utilisateur, geste, alliance):
        return None
    siens = territoires_de(utilisateur, _admis(geste))
    touches = {territoire.pk for territoire in territoires} if siens else ()
    return None if touches and touches <= siens else _refus(geste)


def _a_la_table(utilisateur, geste, alliance):
    """Un rôle de l'Alliance, et non d'un de ses territoires, permet ce geste."""
    return alliance.roles_de(utilisateur) & (_admis(geste) - AU_TERRITOIRE - DE_L_ORGANISME)


def peut_sur_l_appel(utilisateur, geste, appel):
    """Les rôles de l'Alliance; ceux du territoire dont l'appel est le sien."""
    return peut_sur_l_alliance(
        utilisateur, geste, appel.alliance, [appel.territoire] if appel.territoire else ()
    )


def peut_a_la_seance(utilisateur, geste, appel):
    """Les rôles de l'appel; ceux d'un de ses territoires, pour les demandes qui ne touchent que le leur."""
    refus, siens = peut_sur_l_appel(utilisateur, geste, appel), territoires_de(utilisateur, _admis(geste))
    if refus and siens and siens & appel.cles_des_territoires:
        return None
    return refus


def peut_pour_l_organisme(utilisateur, geste, organisme):
    """Rédiger ou engager : un mandat sur cet organisme."""
    tenus = {m.role for m in droits_de(utilisateur).mandats if m.organisme_id == organisme.pk}
    return None if tenus & _admis(geste) else _refus(geste)


def peut(utilisateur, geste, initiative):
    """Sur une initiative : son organisme pour ce qui est de lui, la Table pour le reste.

    Reçue autrement, c'est la Table qui la remplit et qui en inscrit le dépôt.
    """
    if geste in ("rediger", "deposer", "abandonner-brouillon") and initiative.se_saisit_au_nom:
        return _peut_inscrire(utilisateur, "recevoir", initiative)
    if geste in ("deposer-au-nom", "inscrire-confirmation"):
        return _peut_inscrire(utilisateur, geste, initiative)
    if _admis(geste) <= DE_L_ORGANISME:
        return peut_pour_l_organisme(utilisateur, geste, initiative.organisme)
    if geste in DU_CHOIX and (refus := est_de_soi(utilisateur, initiative)):
        return refus
    if _a_la_table(utilisateur, geste, initiative.alliance):
        return None
    if siens := territoires_de(utilisateur, _admis(geste)):
        initiative.lire_ses_lieux_une_fois()
    refus = peut_sur_l_alliance(utilisateur, geste, initiative.alliance, initiative.territoires.all())
    return refus or _refus_au_territoire(geste, initiative, siens)


def _refus_au_territoire(geste, initiative, siens):
    """Ce qu'un territoire ne fait pas d'une demande qui n'est pourtant que du sien."""
    if geste in QUI_TRANCHENT and not _est_locale(initiative, siens):
        return PAS_LOCALE
    if initiative.etat in ARGENT_TOUCHE.get(geste, ()) and initiative.affectations.hors_de(siens).exists():
        return ARGENT_D_AILLEURS
    if geste == "rendre-avis" and not _est_d_un_des(siens, prochaine_etape(initiative)):
        return AVIS_D_AILLEURS
    return None


def _est_d_un_des(siens, etape):
    return etape is not None and etape.instance.territoire_id in siens


def peut_retirer_l_avis(utilisateur, avis):
    """De même, une fois rendu; l'avis des personnes n'est d'aucune instance."""
    refus = peut(utilisateur, "retirer-avis", avis.initiative)
    if refus or avis.etape is None or _a_la_table(utilisateur, "retirer-avis", avis.initiative.alliance):
        return refus
    siens = territoires_de(utilisateur, _admis("retirer-avis"))
    return None if _est_d_un_des(siens, avis.etape) else AVIS_D_AILLEURS


def _peut_inscrire(utilisateur, geste, initiative):
    """La Table, au nom de l'organisme; jamais qui en est, ni de la MRC qu'il est."""
    refus = peut_sur_l_appel(utilisateur, geste, initiative.appel)
    return refus or (DES_DEUX_COTES if est_la_sienne(utilisateur, initiative) else None)


def est_de_soi(utilisateur, initiative):
    """Pourquoi elle ne choisit pas cette demande (`condition_de_soi`); `None` si rien ne l'en lie."""
    if est_la_sienne(utilisateur, initiative):
        return LA_SIENNE
    return EN_CONFLIT if est_en_conflit(utilisateur, initiative) else None


def _est_locale(initiative, siens):
    """Du palier local, d'un appel de l'Alliance ou du sien; l'instance qui décide n'est pas d'un autre territoire."""
    instances = (e.instance for e in initiative.etapes.all() if e.acte == "decision")
    tenus = [initiative.appel.territoire_id, *(instance.territoire_id for instance in instances)]
    return initiative.palier == Initiative.Palier.LOCAL and set(tenus) - {None} <= siens


def _locales(siens):
    """La condition de `_est_locale`."""
    decident = EtapeInitiative.objects.filter(acte="decision", instance__territoire__isnull=False)
    ailleurs = decident.exclude(instance__territoire__in=siens).order_by().values("initiative")
    appels = Q(appel__territoire__isnull=True) | Q(appel__territoire__in=siens)
    return Q(appels, palier=Initiative.Palier.LOCAL) & ~Q(pk__in=ailleurs)


def ou_peut(utilisateur, geste):
    """La condition « la personne peut ce geste sur cette initiative », la même que `peut`, pour ceux de la Table."""
    permises, siens = _partout(utilisateur, geste), territoires_de(utilisateur, _admis(geste))
    if siens:
        permises |= _au_territoire(geste, siens)
    return permises & ~Initiative.objects.condition_de_soi(utilisateur) if geste in DU_CHOIX else permises


def _au_territoire(geste, siens):
    """Ce qui n'est que de ces territoires, et qu'un territoire y fait."""
    touches = Initiative.territoires.through.objects.order_by()
    ailleurs = touches.exclude(territoire__in=siens).values("initiative")
    des_siens = Q(pk__in=touches.filter(territoire__in=siens).values("initiative")) & ~Q(pk__in=ailleurs)
    if geste in QUI_TRANCHENT:
        des_siens &= _locales(siens)
    if geste in DE_L_ARGENT:
        ailleurs = Affectation.objects.hors_de(siens).order_by().values("initiative")
        des_siens &= ~Q(pk__in=ailleurs, etat__in=ARGENT_TOUCHE[geste])
    if geste == "rendre-avis":
        des_siens &= Q(In(Subquery(etapes_attendues().values("instance__territoire")[:1]), siens))
    return des_siens


def ou_peut_sur_l_appel(utilisateur, geste, chemin=""):
    """La condition de `peut_sur_l_appel`; `chemin` mène à l'appel."""
    partout, siens = _partout(utilisateur, geste, chemin), territoires_de(utilisateur, _admis(geste))
    return partout | Q(**{f"{chemin}territoire__in": siens}) if siens else partout


def _partout(utilisateur, geste, chemin=""):
    """Là où un rôle de l'Alliance vaut pour tous ses dossiers."""
    roles = _admis(geste) - AU_TERRITOIRE - DE_L_ORGANISME
    return alliances_vues(utilisateur, roles, f"{chemin}alliance")


def peut_nommer_son_organisme(utilisateur, appel):
    """Toute personne, tant que l'appel est ouvert; qui tient un rôle sur son Alliance n'y entre pas seule."""
    if not appel.est_ouvert():
        return Refus("Cet appel n’est pas ouvert\xa0: un organisme se nomme pour y commencer une demande.")
    if not appel.alliance.roles_de(utilisateur) - DE_L_ORGANISME:
        return None
    return Refus(
        "Une demande se dépose au nom d’un organisme\xa0: vous tenez un rôle dans cette Alliance, une autre personne "
        "vous y invite."
    )


def territoires_permis(utilisateur, geste, alliance):
    """Les territoires de l'Alliance pour lesquels la personne peut ce geste : tous, ou les siens."""
    territoires = alliance.territoires.all()
    if peut_sur_l_alliance(utilisateur, geste, alliance) is None:
        return territoires
    return territoires.filter(pk__in=territoires_de(utilisateur, _admis(geste)))
