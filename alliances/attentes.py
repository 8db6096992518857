"""Ce qui attend une seconde personne : un mandat à confirmer, une identité à accepter, une demande à répondre.

Une seule requête : l'accueil lit toutes les attentes d'une personne.
"""

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from alliances.models import (
    DemandeDAdhesion,
    DemandeDEngagement,
    DemandeIdentite,
    InvitationDUnMembre,
    Mandat,
    Role,
)
from alliances.models.adhesions import coordinations_de, organismes_de
from alliances.models.mandats import PORTEES, droits_de
from alliances.models.roles import CONFIRMENT
from socle.annonces.attentes import Attente, Geste

GESTES = {
    "mandat": Geste("Confirmer un mandat", "Confirmer des mandats"),
    "identite": Geste("Répondre à un changement d’identité", "Répondre aux changements d’identité"),
    "adhesion": Geste("Répondre à une demande d’adhésion", "Répondre à des demandes d’adhésion"),
    "invitation": Geste("Répondre à une invitation", "Répondre à des invitations"),
    "engagement": Geste("Répondre à une résolution d’engagement", "Répondre à des résolutions d’engagement"),
}
RIEN = Value("")
DEMANDEUSE = ("demandee_par__prenom", "demandee_par__nom")
SECONDES = frozenset().union(*CONFIRMENT.values())
LUS = ("genre", "pk", "depuis", "sur_quoi", "quel_role")  # puis la personne, que ne dit pas une identité


def _lire(choses, genre, depuis, sur_quoi, role=RIEN, qui=(RIEN, RIEN)):
    lues = choses.order_by().annotate(genre=Value(genre), depuis=depuis, sur_quoi=sur_quoi, quel_role=role)
    return lues.values_list(*LUS, *qui)


LE = TruncDate("demandee_le")
PORTEE = Coalesce(*(f"{portee}__nom" for portee in PORTEES), Value("Québec"))
MANDATS = _lire(
    Mandat.objects, "mandat", F("debut"), PORTEE, F("role"), ("utilisateur__prenom", "utilisateur__nom")
)
IDENTITES = _lire(DemandeIdentite.objects.en_attente(), "identite", LE, F("organisme__nom"))
INVITATIONS = _lire(
    InvitationDUnMembre.objects, InvitationDUnMembre.CHOSE, LE, F("organisme__nom"), qui=DEMANDEUSE
)
DEMANDES = [
    _lire(modele.objects, modele.CHOSE, LE, F("organisme__nom"), qui=DEMANDEUSE)
    for modele in (
        DemandeDEngagement,
        DemandeDAdhesion,
    )  # la plus courte d'abord : d'une union, Django l'écrit deux fois
]


def taches(utilisateur):
    """Une invitation peut attendre n'importe qui; le reste, selon ses rôles."""
    lues = [*_mandats(utilisateur), *_identites(utilisateur), *_demandes(utilisateur)]
    invitations = INVITATIONS.a_repondre_par(utilisateur)
    return [_attente(*ligne) for ligne in invitations.union(*lues, all=True)]


def _mandats(utilisateur):
    """Ceux dont la personne peut être la seconde; pas ceux qu'elle a confiés, ni le sien."""
    if droits_de(utilisateur).roles & SECONDES:
        autres = ~Q(utilisateur=utilisateur.pk) & ~Q(nomme_par=utilisateur.pk)
        yield MANDATS.confirmables_par(utilisateur).filter(autres)


def _identites(utilisateur):
    if Role.MESS in droits_de(utilisateur).nationaux:
        yield IDENTITES.exclude(demandee_par=utilisateur)


def _demandes(utilisateur):
    """Se joindre : aux membres, à défaut à la Table; engager : à la Table. Jamais à qui demande."""
    if organismes_de(utilisateur) or coordinations_de(utilisateur):
        for demandes in DEMANDES:
            yield demandes.a_repondre_par(utilisateur)


def _attente(genre, cle, depuis, sur_quoi, role, prenom, nom):
    objet = f"{Role(role).label} – {sur_quoi}" if role else sur_quoi
    page = "confirmation" if genre == "mandat" else "acceptation"
    return Attente(
        geste=GESTES[genre],
        objet=f"{prenom} {nom}, {objet}" if nom else objet,
        lien=reverse(f"alliances:{genre}_{page}", args=[cle]),
        depuis=depuis,
    )
