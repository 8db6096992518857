"""Les versements à recommander, à autoriser, à confirmer, ou suspendus."""

from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import DE_LA_REGION, alliances_vues, droits_de
from conventions.models import EcheanceVersement
from socle.argent import en_dollars
from socle.attentes import Attente
from socle.horloge import jour_de

SUIVANTS = {  # état → (rôles attendus, verbe, champ qui dit depuis quand)
    "liberee": (DE_LA_REGION | {Role.MESS}, "Recommander", "liberee_le"),
    "recommandee": (frozenset({Role.APPROBATION}), "Autoriser", "recommandee_le"),
    "autorisee": (frozenset({Role.FINANCES_MESS}), "Confirmer", "autorisee_le"),
    "suspendue": (frozenset({Role.MESS, Role.APPROBATION}), "Reprendre ou revoir", "suspendue_le"),
}


def taches(utilisateur):
    """Les versements à recommander, à autoriser, à confirmer ou suspendus : un lien chacun, ou un pour tous."""
    droits = droits_de(utilisateur)
    roles = frozenset().union(*(attendus for attendus, *_ in SUIVANTS.values()))
    if not droits.roles & roles:
        return []
    echeances = EcheanceVersement.objects.filter(
        alliances_vues(utilisateur, roles, "convention__alliance"),
        etat__in=SUIVANTS,
        convention__etat="signee",
    ).a_montrer()
    par_etat = {}
    for echeance in echeances.order_by("prevue_le", "pk"):
        if droits.pour(echeance.convention.alliance_id) & _attendus(echeance):
            par_etat.setdefault(echeance.etat, []).append(echeance)
    return [_attente(etat, groupe) for etat, groupe in par_etat.items()]


def _attendus(echeance):
    """Services Québec recommande; sans région, l'analyse du Ministère."""
    roles = SUIVANTS[echeance.etat][0]
    if echeance.etat == "liberee":
        return {Role.MESS} if echeance.sans_region else DE_LA_REGION
    return roles


def _attente(etat, groupe):
    _, verbe, champ = SUIVANTS[etat]
    depuis = min(_jour(getattr(echeance, champ)) for echeance in groupe)
    total = en_dollars(sum(echeance.montant - echeance.deja_verse for echeance in groupe))
    if len(groupe) == 1:
        return Attente(
            titre=f"{verbe} le versement",
            objet=f"{groupe[0].convention.alliance.nom}, {str(groupe[0])}, {total}",
            lien=reverse("conventions:echeance", args=[groupe[0].pk]),
            depuis=depuis,
        )
    return Attente(
        titre=f"{verbe} {len(groupe)} versements",
        objet=f"Au total, {total}",
        lien=f"{reverse('conventions:liste_versements')}?etat={etat}",
        depuis=depuis,
    )


def _jour(moment):
    return jour_de(moment) if hasattr(moment, "hour") else moment
