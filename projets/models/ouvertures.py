"""Ce qui s'ouvre à qui évalue : les demandes de ses instances, puis celles qu'elle a déclarées sans conflit.

À part d'`evaluations`, qui connaît l'initiative : les pièces du dossier s'ouvrent aux mêmes conditions que la demande.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from alliances.models import Mandat, Role
from alliances.models.confiance import a_valu
from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.models.choix import les_siennes, par_ses_mandats


def instances_de(utilisateur):
    """Les instances où la personne évalue aujourd'hui."""
    mandats = droits_de(utilisateur).mandats
    return {m.instance_gouvernance_id for m in mandats if m.role == Role.EVALUATION}


def a_evalue(utilisateur):
    """Elle évalue, ou a déjà évalué : elle seule peut avoir déclaré un conflit."""
    droits = droits_de(utilisateur)
    return any(mandat.role == Role.EVALUATION for mandat in (*droits.mandats, *droits.quittes))


def rivales_pour(utilisateur, initiatives):
    """La condition de celles d'un appel où dépose un organisme pour qui elle rédige ou engage : elle y est rivale."""
    siennes = _en_lice(initiatives.model).filter(par_ses_mandats(utilisateur, roles=DE_L_ORGANISME))
    return Q(appel__in=siennes.order_by().values("appel"))


def rivales_de(initiative):
    """La condition des personnes pour qui elle en est une (`rivales_pour`)."""
    en_lice = _en_lice(type(initiative)).filter(appel=initiative.appel_id, organisme=OuterRef("organisme"))
    depuis = Q(commencee_le__date__lte=OuterRef("fin")) | Q(recue_le__date__lte=OuterRef("fin"))
    tenus = Mandat.objects.filter(a_valu(timezone.localdate()), role__in=DE_L_ORGANISME)
    tenus = tenus.filter(Q(Exists(en_lice), Q(fin=None)) | Exists(en_lice.filter(depuis)))
    return Q(pk__in=tenus.values("utilisateur"))


def _en_lice(modele):
    return modele.objects.deposees().exclude(etat=modele.Etat.RETIREE)


def de_ses_instances(initiatives, utilisateur):
    """Les admissibles dont une étape est d'une instance où elle évalue, sauf les siennes."""
    a_l_etude = initiatives.filter(
        etat=initiatives.model.Etat.ADMISSIBLE, etapes__instance__in=instances_de(utilisateur)
    )
    return a_l_etude.exclude(les_siennes(utilisateur)).distinct()


def a_evaluer_parmi(initiatives, utilisateur):
    """Celles-là, sauf d'un appel où elle est rivale."""
    return de_ses_instances(initiatives, utilisateur).exclude(rivales_pour(utilisateur, initiatives))


def ouvertes_parmi(initiatives, utilisateur):
    """Celles qu'elle lit : à évaluer, et déclarées sans conflit. Jamais avant la déclaration."""
    siennes = a_evaluer_parmi(initiatives, utilisateur)
    return siennes.filter(declarations__personne=utilisateur.pk, declarations__conflit=False)
