"""Les remises qu'un territoire n'a pas encore dit avoir reçues : sa réponse se demande, rien n'en dépend."""

from django.db.models.functions import Coalesce
from django.urls import reverse

from alliances.models.mandats import alliances_vues, droits_de
from alliances.models.roles import GESTIONS_AU_TERRITOIRE
from conventions.models import Convention, Remise
from conventions.models.arbres import PROFONDEUR
from conventions.models.roles import ROLES
from socle.annonces.attentes import Attente, Geste
from socle.models import CibleDeService
from socle.valeurs.delais import delai
from socle.valeurs.exercice import Exercice
from socle.valeurs.horloge import jour_de

RECOIVENT = frozenset(ROLES["recevoir-remise"])
CONFIRMER = Geste("Confirmer la réception d’une remise", "Confirmer la réception des remises")
GESTIONNAIRE = Coalesce(*(f"enveloppe__{'parent__' * n}territoire" for n in range(PROFONDEUR + 1)))
LUS = (
    *("pk", "montant", "inscrite_le", "enveloppe__an"),
    *("convention__montants_fictifs", "convention__alliance__nom"),
)


def taches(utilisateur):
    """Celles des territoires où cette personne les reçoit, sauf les siennes; une requête."""
    siens = {m.territoire_id for m in droits_de(utilisateur).mandats if m.role in RECOIVENT}
    if not siens:
        return []
    remises = Remise.objects.en_vigueur().filter(
        alliances_vues(utilisateur, RECOIVENT, "convention__alliance"),
        reception=None,
        convention__etat=Convention.Etat.SIGNEE,
        convention__alliance__profil_gouvernance__gestion__in=GESTIONS_AU_TERRITOIRE,
    )
    siennes = remises.exclude(par=utilisateur.pk).annotate(gestionnaire=GESTIONNAIRE)
    siennes = siennes.filter(gestionnaire__in=siens).order_by()
    return [_attente(*ligne) for ligne in siennes.values_list(*LUS)]


def _attente(pk, montant, inscrite_le, an, fictif, nom):
    depuis = jour_de(inscrite_le)
    return Attente(
        geste=CONFIRMER,
        objet=f"{nom}, {Exercice(an)}",
        lien=reverse("conventions:remise", args=[pk]),
        depuis=depuis,
        echeance=delai(depuis, CibleDeService.du_moment()["remise-confirmer"], depuis).pour,
        montant=montant,
        fictif=fictif,
    )
