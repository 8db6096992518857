"""Ce qui attend une seconde personne : un mandat à confirmer, une identité à accepter, une demande à répondre.

Une seule requête : l'accueil lit toutes les attentes d'une personne.
"""

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse

from alliances.models import DemandeDAdhesion, DemandeDEngagement, DemandeIdentite, Mandat, Role
from alliances.models.adhesions import coordinations_de, organismes_de
from alliances.models.mandats import PORTEES, droits_de
from alliances.models.roles import CONFIRMENT
from socle.annonces.attentes import Attente, Geste

GESTES = {
    "mandat": Geste("Confirmer un mandat", "Confirmer des mandats"),
    "identite": Geste("Répondre à un changement d’identité", "Répondre aux changements d’identité"),
    "adhesion": Geste("Répondre à une demande d’adhésion", "Répondre à des demandes d’adhésion"),
    "engagement": Geste("Répondre à une résolution d’engagement", "Répondre à des résolutions d’engagement"),
}
RIEN = Value("")
DEMANDEUSE = ("demandee_par__prenom", "demandee_par__nom")
SECONDES = frozenset().union(*CONFIRMENT.values())
LUS = ("genre", "pk", "depuis", "sur_quoi", "quel_role")  # puis la personne, que ne dit pas une identité


def taches(utilisateur):
    lues = [*_mandats(utilisateur), *_identites(utilisateur), *_demandes(utilisateur)]
    return [_attente(*ligne) for ligne in lues[0].union(*lues[1:], all=True)] if lues else []


def _mandats(utilisateur):
    """Ceux dont la personne peut être la seconde; pas ceux qu'elle a confiés, ni le sien."""
    if droits_de(utilisateur).roles & SECONDES:
        autres = ~Q(utilisateur=utilisateur.pk) & ~Q(nomme_par=utilisateur.pk)
        mandats = Mandat.objects.confirmables_par(utilisateur).filter(autres)
        portee = Coalesce(*(f"{portee}__nom" for portee in PORTEES), Value("Québec"))
        qui = ("utilisateur__prenom", "utilisateur__nom")
        yield _lire(mandats, "mandat", F("debut"), portee, F("role"), qui)


def _identites(utilisateur):
    if Role.MESS in droits_de(utilisateur).nationaux:
        demandes = DemandeIdentite.objects.en_attente().exclude(demandee_par=utilisateur)
        yield _lire(demandes, "identite", TruncDate("demandee_le"), F("organisme__nom"))


def _demandes(utilisateur):
    """Se joindre : aux membres, à défaut à la Table; engager : à la Table. Jamais à qui demande."""
    if organismes_de(utilisateur) or coordinations_de(utilisateur):
        for modele in (DemandeDAdhesion, DemandeDEngagement):
            demandes = modele.objects.a_repondre_par(utilisateur)
            yield _lire(demandes, modele.CHOSE, TruncDate("demandee_le"), F("organisme__nom"), qui=DEMANDEUSE)


def _lire(choses, genre, depuis, sur_quoi, role=RIEN, qui=(RIEN, RIEN)):
    lues = choses.order_by().annotate(genre=Value(genre), depuis=depuis, sur_quoi=sur_quoi, quel_role=role)
    return lues.values_list(*LUS, *qui)


def _attente(genre, cle, depuis, sur_quoi, role, prenom, nom):
    objet = f"{Role(role).label} – {sur_quoi}" if role else sur_quoi
    page = "confirmation" if genre == "mandat" else "acceptation"
    return Attente(
        geste=GESTES[genre],
        objet=f"{prenom} {nom}, {objet}" if nom else objet,
        lien=reverse(f"alliances:{genre}_{page}", args=[cle]),
        depuis=depuis,
    )
