"""Qui dépose une demande quand la personne qui la rédige ne le peut pas : les membres qui engagent l'organisme."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from alliances.models import DemandeDEngagement, Mandat
from alliances.models.confiance import INVITATION_EN_ATTENTE
from projets.models.roles import ROLES


@dataclass(frozen=True)
class QuiDepose:
    """`personnes` : leurs noms; sans elles, `demandee_le` : quand cette personne a demandé à engager l'organisme."""

    personnes: list
    demandee_le: datetime | None


def qui_engage(organismes):
    """{clé de l'organisme: [noms de qui l'engage aujourd'hui]}."""
    tenus = Mandat.objects.en_titre().filter(role__in=ROLES["deposer"], organisme__in=organismes)
    tenus = tenus.exclude(INVITATION_EN_ATTENTE).select_related("utilisateur").order_by("debut", "pk")
    noms = defaultdict(list)
    for mandat in tenus:
        noms[mandat.organisme_id].append(mandat.utilisateur.nom_complet)
    return noms


def qui_depose(organisme, personne):
    """Pour qui rédige sans engager."""
    if noms := qui_engage([organisme])[organisme.pk]:
        return QuiDepose(noms, None)
    siennes = DemandeDEngagement.objects.en_attente().filter(organisme=organisme, demandee_par=personne)
    return QuiDepose([], siennes.values_list("demandee_le", flat=True).first())
