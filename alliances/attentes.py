"""Ce qui attend une seconde personne : un mandat à confirmer, une identité à accepter."""

from django.db.models import Q, Value
from django.urls import reverse

from alliances.models import DemandeDAdhesion, DemandeDEngagement, DemandeIdentite, Mandat, Role
from alliances.models.adhesions import coordinations_de, organismes_de
from alliances.models.mandats import PORTEES, droits_de
from alliances.models.roles import CONFIRMENT
from socle.annonces.attentes import Attente, Geste
from socle.valeurs.horloge import jour_de

CONFIRMER = Geste("Confirmer un mandat", "Confirmer des mandats")
REPONDRE = Geste("Répondre à un changement d’identité", "Répondre aux changements d’identité")
DEMANDES = {
    "adhesion": Geste("Répondre à une demande d’adhésion", "Répondre à des demandes d’adhésion"),
    "engagement": Geste("Répondre à une résolution d’engagement", "Répondre à des résolutions d’engagement"),
}
PERSONNE = ("demandee_par__prenom", "demandee_par__nom")
LUS = (
    *("role", "debut", "utilisateur__prenom", "utilisateur__nom"),
    *(f"{portee}__nom" for portee in PORTEES),
)  # ce qu'un mandat à confirmer dit de lui
SECONDES = frozenset().union(*CONFIRMENT.values())


def taches(utilisateur):
    return [*_mandats(utilisateur), *_identites(utilisateur), *_demandes(utilisateur)]


def _mandats(utilisateur):
    """Ceux dont la personne peut être la seconde; pas ceux qu'elle a confiés, ni le sien."""
    if not droits_de(utilisateur).roles & SECONDES:
        return []
    autres = ~Q(utilisateur=utilisateur.pk) & ~Q(nomme_par=utilisateur.pk)
    mandats = Mandat.objects.confirmables_par(utilisateur).filter(autres)
    mandats = mandats.select_related("utilisateur", *PORTEES).only(*LUS)
    return [
        Attente(
            geste=CONFIRMER,
            objet=f"{mandat.utilisateur}, {mandat}",
            lien=reverse("alliances:mandat_confirmation", args=[mandat.pk]),
            depuis=mandat.debut,
        )
        for mandat in mandats
    ]


def _identites(utilisateur):
    if Role.MESS not in droits_de(utilisateur).nationaux:
        return []
    demandes = DemandeIdentite.objects.en_attente().exclude(demandee_par=utilisateur)
    return [
        Attente(
            geste=REPONDRE,
            objet=nom,
            lien=reverse("alliances:identite_acceptation", args=[pk]),
            depuis=jour_de(demandee_le),
        )
        for pk, nom, demandee_le in demandes.order_by().values_list("pk", "organisme__nom", "demandee_le")
    ]


def _demandes(utilisateur):
    """Se joindre : aux membres, à défaut à la Table; engager : à la Table. Jamais à qui demande."""
    if not organismes_de(utilisateur) and not coordinations_de(utilisateur):
        return []
    lues = [
        modele.objects.a_repondre_par(utilisateur)
        .order_by()
        .annotate(genre=Value(modele.CHOSE))
        .values_list("genre", "pk", "demandee_le", "organisme__nom", *PERSONNE)
        for modele in (DemandeDAdhesion, DemandeDEngagement)
    ]
    return [
        Attente(
            geste=DEMANDES[genre],
            objet=f"{prenom} {nom}, {organisme}",
            lien=reverse(f"alliances:{genre}_acceptation", args=[pk]),
            depuis=jour_de(demandee_le),
        )
        for genre, pk, demandee_le, organisme, prenom, nom in lues[0].union(lues[1], all=True)
    ]
