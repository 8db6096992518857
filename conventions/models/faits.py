"""Ce qui est vrai d'un versement prévu, en expressions de requête."""

from functools import cache

from django.db.models import Exists, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from alliances.models import Alliance
from alliances.plans.models import VersionPlan
from conventions.models.derogations import Derogation
from conventions.models.enveloppes import Enveloppe
from conventions.models.obligations import Obligation, dues, passees
from conventions.models.versements import Versement
from socle.valeurs.argent import ZERO, MontantField


@cache
def sans_region():
    """La condition « l'Alliance de cette convention n'a pas de région »."""
    liens = Alliance.regions.through.objects.filter(alliance=OuterRef("convention__alliance"))
    return ~Exists(liens)


@cache
def plan_approuve():
    """La condition « le plan de l'Alliance est approuvé »."""
    approuvees = VersionPlan.objects.filter(etat=VersionPlan.Etat.APPROUVEE)
    return Exists(approuvees.filter(plan__alliance=OuterRef("convention__alliance")))


@cache
def deja_verse():
    """Ce qui en est versé, en dollars, confirmations annulées exclues."""
    virements = Versement.objects.en_vigueur().filter(echeance=OuterRef("pk")).order_by().values("echeance")
    total = Subquery(virements.annotate(total=Sum("montant")).values("total"))
    return Coalesce(total, Value(ZERO, output_field=MontantField()))


@cache
def derogee():
    """La condition « une dérogation en vigueur permet ce versement »."""
    return Q(pk__in=Derogation.objects.en_vigueur().order_by().values("echeance"))


@cache
def _fermee():
    """La condition « autorisée, son enveloppe n'est plus là »."""
    racine = Enveloppe.objects.filter(convention=OuterRef("convention"), an=OuterRef("an"))
    return Q(~Exists(racine.filter(volet=Enveloppe.Volet.EXERCICE)), etat="autorisee")


@cache
def _dues():
    return Obligation.objects.filter(dues()).order_by().values("convention")


def arretee():
    """La condition « ne peut ni s'autoriser ni se confirmer » : obligation en retard non dérogée, enveloppe fermée."""
    empechee = Q(~derogee(), convention__in=_dues().filter(passees()))
    return Q(empechee | _fermee(), etat__in=("recommandee", "autorisee"))
