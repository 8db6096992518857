"""Ce que l'organisme doit à ses brouillons : les terminer, puis les déposer avant la fermeture."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from alliances.models.mandats import droits_de
from alliances.models.roles import DE_L_ORGANISME
from projets.canevas import PARTIES
from projets.models import AppelProjets, Initiative
from projets.models.initiatives import A_L_ETUDE
from projets.models.roles import ROLES
from projets.models.suites import A_CONFIRMER, avec_demande
from socle.annonces.attentes import Attente, Geste
from socle.valeurs.horloge import jour_de

TERMINER = Geste("Terminer la demande", "Terminer les demandes")
DEPOSER = Geste("Déposer la demande", "Déposer les demandes")
CONFIRMER = Geste(
    "Confirmer la demande inscrite par la Table", "Confirmer les demandes inscrites par la Table"
)
D_UNE_INTENTION = [partie.code for partie in PARTIES if partie.intention]
A_TERMINER = Q(parties__terminee=False) & ~Q(parties__code="pieces")
A_FAIRE = A_TERMINER & (Q(est_une_intention=False) | Q(parties__code__in=D_UNE_INTENTION))


def taches(utilisateur):
    """Toutes parties terminées, le brouillon attend qui engage l'organisme; avant, qui le rédige."""
    mandats = [m for m in droits_de(utilisateur).mandats if m.role in DE_L_ORGANISME]
    if not mandats:
        return []
    engages = {m.organisme_id for m in mandats if m.role in ROLES["deposer"]}
    lues = [_attente(demande, engages) for demande in _demandes({m.organisme_id for m in mandats}, engages)]
    return [attente for attente in lues if attente]


def _demandes(organismes, engages):
    """Les brouillons dont l'appel est encore ouvert; ce que la Table a déposé au nom d'un organisme qu'on engage."""
    brouillons = Q(
        etat=Initiative.Etat.BROUILLON,
        mode_reception="",
        organisme__in=organismes,
        appel__etat=AppelProjets.Etat.OUVERT,
        appel__ferme_le__gt=timezone.now(),
    )
    recues = A_CONFIRMER & Q(etat__in=A_L_ETUDE, organisme__in=engages)
    comptees = Initiative.objects.filter(brouillons | recues).annotate(
        a_faire=Count("parties", filter=A_FAIRE),
        entamees=Count("parties", filter=Q(parties__modifiee_le__isnull=False)),
    )
    return avec_demande(comptees).select_related("appel").order_by()


def _attente(demande, engages):
    """`None` si elle est prête et que la personne ne peut pas engager l'organisme : ce n'est plus son tour."""
    if demande.attend_confirmation:
        return _a_confirmer(demande)
    prete = not demande.a_faire
    if prete and demande.organisme_id not in engages:
        return None
    return Attente(
        geste=DEPOSER if prete else TERMINER,
        objet=f"{demande}, {demande.appel}",
        lien=reverse("projets:verification" if prete else "projets:demande", args=[demande.pk]),
        depuis=jour_de(demande.commencee_le),
        echeance=jour_de(demande.appel.ferme_le),
        commencee=bool(demande.entamees) and not prete,
        montant=demande.demande,
        fictif=demande.montants_fictifs,
    )


def _a_confirmer(demande):
    return Attente(
        geste=CONFIRMER,
        objet=f"{demande}, {demande.appel}",
        lien=reverse("projets:confirmation", args=[demande.pk]),
        depuis=jour_de(demande.deposee_le),
        echeance=demande.appel.decision_promise_le,
        montant=demande.demande,
        fictif=demande.montants_fictifs,
    )
