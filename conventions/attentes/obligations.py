"""Ce qui est dû bientôt ou en retard, et ce qui est reçu sans être accepté.

La même requête répond à la liste des tâches et aux rappels.
"""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from alliances.models import Alliance, Role
from alliances.models.mandats import DE_LA_REGION, droits_de, vues_selon
from conventions.models import Convention, Obligation
from conventions.models.conventions import SIGNEES
from conventions.models.obligations import passees
from socle.annonces.attentes import Attente
from socle.models import CibleDeService
from socle.valeurs.delais import delai
from socle.valeurs.horloge import aujourd_hui

BIENTOT = timedelta(days=30)
RENDENT = frozenset({Role.COORDINATION, Role.FINANCES})
SUIVENT = DE_LA_REGION | {Role.MESS}
SANS_REGION = ~Q(convention__alliance__in=Alliance.regions.through.objects.values("alliance"))
LUS = (
    "pk",
    "nature",
    "an",
    "echeance",
    "convention",
    "convention__numero",
    "convention__alliance",
    "convention__alliance__nom",
)


A_RENDRE = Obligation.objects.en_cours().filter(
    ~Q(nature=Obligation.Nature.PLAN), convention__etat=Convention.Etat.SIGNEE, recue_le=None
)  # le plan a ses propres attentes


def a_rendre_d_ici(jour):
    """Les obligations en retard, ou dues d'ici ce jour-là."""
    return A_RENDRE.filter(echeance__lte=jour)


def rendent(nature):
    """La coordination rend tout; les finances, les états financiers."""
    return RENDENT if nature == Obligation.Nature.ETATS_FINANCIERS else RENDENT - {Role.FINANCES}


def taches(utilisateur):
    """Ce que cette personne doit rendre ou, en retard, obtenir; et ce qu'elle peut accepter."""
    droits, jour = droits_de(utilisateur), aujourd_hui()
    if not droits.roles & (RENDENT | SUIVENT):
        return []
    siennes = vues_selon(utilisateur, "convention__alliance", *_volets())
    lues = a_rendre_d_ici(jour + BIENTOT).filter(siennes).order_by().values_list(*LUS)
    return [_attente(droits, *ligne) for ligne in lues] + _a_accepter(utilisateur)


ACCEPTENT = ((DE_LA_REGION, Q()), ({Role.MESS}, SANS_REGION))
A_ACCEPTER = Obligation.objects.a_accepter().filter(convention__etat__in=SIGNEES)


def _a_accepter(utilisateur):
    """Ce qui est reçu, d'une autre main que la sienne; la cible de service en est l'échéance."""
    if not droits_de(utilisateur).roles & SUIVENT:
        return []
    lues = A_ACCEPTER.filter(vues_selon(utilisateur, "convention__alliance", *ACCEPTENT))
    lues = lues.exclude(recue_par=utilisateur.pk).order_by()
    cible = CibleDeService.toutes()["obligation-accepter"]
    return [
        Attente(
            titre=f"Accepter\u00a0: {Obligation(nature=nature, an=an)}",
            objet=f"{nom}, Convention {numero}",
            lien=reverse("conventions:acceptation", args=[pk]),
            depuis=recue_le,
            echeance=delai(recue_le, cible, recue_le).pour,
        )
        for pk, nature, an, recue_le, numero, nom in lues.values_list(
            "pk", "nature", "an", "recue_le", "convention__numero", "convention__alliance__nom"
        )
    ]


def _volets():
    """À qui revient une obligation : à qui la rend; en retard, à qui la suit, le Ministère s'il n'y a pas de région."""
    yield {Role.COORDINATION}, Q()
    yield {Role.FINANCES}, Q(nature=Obligation.Nature.ETATS_FINANCIERS)
    yield DE_LA_REGION, passees()
    yield {Role.MESS}, SANS_REGION & passees()


def _attente(droits, pk, nature, an, echeance, convention, numero, alliance, nom):
    rend = droits.pour(alliance) & rendent(nature)
    page, pk = ("conventions:obligations", convention) if rend else ("conventions:reception", pk)
    return Attente(
        titre=f"{'Rendre' if rend else 'Obtenir'}\u00a0: {Obligation(nature=nature, an=an)}",
        objet=f"{nom}, Convention {numero}",
        lien=reverse(page, args=[pk]),
        depuis=echeance - BIENTOT,
        echeance=echeance,
    )
