"""Où une personne peut ce qu'un protocole attend d'elle : les conditions de `permissions`, pour la base."""

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from alliances.models import Role
from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.roles import GESTIONS_AU_TERRITOIRE
from conventions.models.arbres import PROFONDEUR
from projets.models import Affectation, Initiative
from projets.models.roles import qualites_du_geste


def tient(utilisateur, geste):
    return bool(droits_de(utilisateur).roles & set(qualites_du_geste(geste)))


def organismes(utilisateur, roles):
    return {m.organisme_id for m in droits_de(utilisateur).mandats if m.role in roles}


def territoires(utilisateur, role):
    return {m.territoire_id for m in droits_de(utilisateur).mandats if m.role == role}


def _de_la_part(siens, chemin):
    """La condition des enveloppes que gère un de ces territoires; `chemin` y mène."""
    lieu = Coalesce(*(F(f"{chemin}{'parent__' * n}territoire") for n in range(PROFONDEUR + 1)))
    gestion = {f"{chemin}convention__alliance__profil_gouvernance__gestion__in": GESTIONS_AU_TERRITOIRE}
    return lieu, Q(**gestion, gestionnaire__in=siens)


def ou_signe_l_alliance(utilisateur):
    """La condition de `peut_repondre` pour l'Alliance : la Table, ou le territoire qui gère toute la part."""
    ou = alliances_vues(utilisateur, {Role.SIGNATURE}, "initiative__alliance")
    for territoire in territoires(utilisateur, Role.SIGNATURE_TERRITOIRE):
        lieu, gere = _de_la_part([territoire], "enveloppe__")
        parts = Affectation.objects.filter(initiative=OuterRef("initiative")).order_by()
        siennes = parts.annotate(gestionnaire=lieu).filter(gere)
        ou |= Q(Exists(siennes), ~Exists(parts.exclude(pk__in=_des_parts(lieu, gere))))
    return ou & ~Initiative.objects.condition_de_soi(utilisateur, "initiative__")


def _des_parts(lieu, gere):
    return Affectation.objects.annotate(gestionnaire=lieu).filter(gere).order_by().values("pk")


def payables(utilisateur, lignes):
    """Celles que cette personne paie ou reçoit (`permissions.peut_payer`)."""
    ou = alliances_vues(utilisateur, {Role.FINANCES}, "protocole__initiative__alliance")
    if siens := territoires(utilisateur, Role.FINANCES_TERRITOIRE):
        lieu, gere = _de_la_part(siens, "affectation__enveloppe__")
        lignes, ou = lignes.alias(gestionnaire=lieu), ou | gere
    return lignes.filter(
        ou & ~Initiative.objects.condition_de_soi(utilisateur, "protocole__initiative__")
    ).order_by()
