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
from socle.annonces.attentes import Attente, Geste
from socle.models import CibleDeService
from socle.valeurs.delais import delai
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import aujourd_hui

Nature = Obligation.Nature
NOMS = {  # ce qu'on rend, ce qu'on obtient, ce qu'on accepte : un, puis plusieurs
    Nature.RAPPORT_ANNUEL: ("le rapport annuel", "les rapports annuels"),
    Nature.ETATS_FINANCIERS: ("les états financiers", "les états financiers"),
    Nature.BILAN: ("le bilan pluriannuel", "les bilans pluriannuels"),
    Nature.RAPPORT_FINAL: ("le rapport final", "les rapports finaux"),
}
BIENTOT = timedelta(days=30)
RENDENT = frozenset({Role.COORDINATION, Role.FINANCES})
SUIVENT = DE_LA_REGION | {Role.MESS}
SANS_REGION = ~Q(convention__alliance__in=Alliance.regions.through.objects.values("alliance"))
LUS = (
    "pk",
    "nature",
    "an",
    "echeance",
    "recue_le",
    "convention",
    "convention__numero",
    "convention__alliance",
    "convention__alliance__nom",
)


A_RENDRE = Q(
    ~Q(nature=Obligation.Nature.PLAN), convention__etat=Convention.Etat.SIGNEE, recue_le=None
)  # le plan a ses propres attentes
A_ACCEPTER = Q(convention__etat__in=SIGNEES, recue_le__isnull=False, acceptee_le=None)
ACCEPTENT = ((DE_LA_REGION, Q()), ({Role.MESS}, SANS_REGION))


def a_rendre_d_ici(jour):
    """Les obligations en retard, ou dues d'ici ce jour-là."""
    return Obligation.objects.en_cours().filter(A_RENDRE, echeance__lte=jour)


def rendent(nature):
    """La coordination rend tout; les finances, les états financiers."""
    return RENDENT if nature == Obligation.Nature.ETATS_FINANCIERS else RENDENT - {Role.FINANCES}


def taches(utilisateur):
    """Ce que cette personne doit rendre ou, en retard, obtenir; et ce qu'elle peut accepter."""
    droits, bientot = droits_de(utilisateur), aujourd_hui() + BIENTOT
    if not droits.roles & (RENDENT | SUIVENT):
        return []
    a_rendre = Q(A_RENDRE, vues_selon(utilisateur, "convention__alliance", *_volets()), echeance__lte=bientot)
    a_accepter = Q(A_ACCEPTER, vues_selon(utilisateur, "convention__alliance", *ACCEPTENT))
    siennes = Obligation.objects.en_cours().filter(a_rendre | (a_accepter & ~Q(recue_par=utilisateur.pk)))
    return [
        _a_accepter(utilisateur, ligne) if ligne["recue_le"] else _a_rendre(droits, ligne)
        for ligne in siennes.order_by().values(*LUS)
    ]


def _volets():
    """À qui revient une obligation : à qui la rend; en retard, à qui la suit, le Ministère s'il n'y a pas de région."""
    yield {Role.COORDINATION}, Q()
    yield {Role.FINANCES}, Q(nature=Obligation.Nature.ETATS_FINANCIERS)
    yield DE_LA_REGION, passees()
    yield {Role.MESS}, SANS_REGION & passees()


def _a_rendre(droits, ligne):
    nature, convention = ligne["nature"], ligne["convention"]
    rend = droits.pour(ligne["convention__alliance"]) & rendent(nature)
    page, pk = ("obligations", convention) if rend else ("reception", ligne["pk"])
    return Attente(
        geste=_geste("Rendre" if rend else "Obtenir", nature),
        objet=_objet(ligne),
        lien=reverse(f"conventions:{page}", args=[pk]),
        depuis=ligne["echeance"] - BIENTOT,
        echeance=ligne["echeance"],
    )


def _a_accepter(utilisateur, ligne):
    """Reçu d'une autre main que la sienne; la cible de service en est l'échéance."""
    attendu = delai(ligne["recue_le"], CibleDeService.du_moment()["obligation-accepter"], aujourd_hui())
    return Attente(
        geste=_geste("Accepter", ligne["nature"]),
        objet=_objet(ligne),
        lien=reverse("conventions:acceptation", args=[ligne["pk"]]),
        depuis=attendu.depuis,
        echeance=attendu.pour,
    )


def _geste(verbe, nature):
    return Geste(*(f"{verbe} {nom}" for nom in NOMS[nature]))


def _objet(ligne):
    exercice = f", {Exercice(ligne['an'])}" if ligne["an"] else ""
    return f"{ligne['convention__alliance__nom']}, Convention {ligne['convention__numero']}{exercice}"
