"""Ce que lit à l'accueil qui rédige ou engage un organisme : ses demandes, puis les appels ouverts près de chez lui."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.models import AppelProjets, Initiative
from projets.models.engagements import qui_engage
from projets.models.roles import ROLES
from projets.protocoles.models import Protocole
from projets.protocoles.models.protocoles import LUS_DE_L_ORGANISME
from projets.regles.tour import tour
from projets.views.initiatives import GENRES
from projets.views.offres import suites_d_ailleurs

DEMANDES_AU_PLUS = 6


def de_l_organisme(utilisateur):
    """{demandes, appels, plusieurs}, ses demandes d’abord; rien pour qui n'est d'aucun organisme."""
    droits = droits_de(utilisateur)
    if not droits.roles & DE_L_ORGANISME:
        return {}
    alliances = droits.alliances(DE_L_ORGANISME)
    ouverts = AppelProjets.objects.publics().ouverts().avec_partage().filter(alliance__in=alliances)
    return {
        "demandes": _demandes(utilisateur, droits),
        "plusieurs": len({mandat.organisme_id for mandat in droits.mandats if mandat.organisme_id}) > 1,
        "appels": ouverts.select_related("alliance", "territoire").order_by("ferme_le"),
    }


def _demandes(utilisateur, droits):
    """[(demande, genre de la pastille de son état annoncé, à qui le tour)], la plus récente d'abord."""
    organismes = {mandat.organisme_id for mandat in droits.mandats if mandat.organisme_id}
    siennes = Initiative.objects.filter(organisme__in=organismes).select_related(
        "appel", "organisme", "revision_demandee"
    )
    maintenant, suivis = timezone.now(), Protocole.objects.vivants().filter(etat__in=LUS_DE_L_ORGANISME)
    siennes = siennes.annotate(suivi=Subquery(suivis.filter(initiative=OuterRef("pk")).values("pk")[:1]))
    recentes = list(siennes.order_by("-commencee_le", "-pk")[:DEMANDES_AU_PLUS])
    suites = suites_d_ailleurs(utilisateur, recentes)
    engages = {mandat.organisme_id for mandat in droits.mandats if mandat.role in ROLES["deposer"]}
    sans = {i.organisme_id for i in recentes if i.etat == Initiative.Etat.BROUILLON} - engages
    autres = qui_engage(sans) if sans else {}
    return [
        (i, GENRES[i.etat_annonce], tour(i, maintenant, _engagent(i, engages, autres), suites.get(i.pk, "")))
        for i in recentes
    ]


def _engagent(demande, engages, autres):
    """`None` si la personne dépose elle-même; sinon, les noms de qui le fera."""
    return None if demande.organisme_id in engages else autres.get(demande.organisme_id, [])
