"""Qui prévenir de ce qui arrive à un versement du Ministère."""

from dataclasses import dataclass

from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import DE_L_ALLIANCE, DE_LA_REGION
from alliances.plans.notifications import personnes_concernees
from conventions.models import EcheanceVersement
from socle.annonces.notifications import prevenir

DU_PARTENAIRE = frozenset(DE_L_ALLIANCE)


@dataclass(frozen=True)
class AvisDeVersement:
    """Ce qui est arrivé à un versement, qui l'apprend, et qui a maintenant un geste à faire."""

    titre: str
    texte: str
    informes: frozenset
    attendus: frozenset = frozenset()


AVIS_DE_VERSEMENT = {
    "liberation": AvisDeVersement(
        "versement libéré, à recommander",
        "La condition d’un versement prévu est remplie. Services Québec peut le recommander.",
        frozenset(),
        DE_LA_REGION,
    ),
    "recommandation": AvisDeVersement(
        "versement recommandé, à autoriser",
        "Un versement est recommandé. Il attend l’autorisation du Ministère.",
        frozenset({Role.MESS}),
        frozenset({Role.APPROBATION}),
    ),
    "autorisation": AvisDeVersement(
        "versement autorisé, à faire",
        "Un versement est autorisé. Les finances du Ministère peuvent le faire, puis le confirmer.",
        DU_PARTENAIRE | DE_LA_REGION,
        frozenset({Role.FINANCES_MESS}),
    ),
    "versement": AvisDeVersement(
        "versement fait",
        "Le Ministère confirme un versement. Sa date et sa référence se lisent à la page du versement.",
        DU_PARTENAIRE | DE_LA_REGION,
    ),
    "annulation": AvisDeVersement(
        "confirmation annulée",
        "La confirmation d’un versement est annulée; le motif se lit à la page du versement, de nouveau à confirmer.",
        DU_PARTENAIRE | DE_LA_REGION | {Role.MESS},
        frozenset({Role.FINANCES_MESS}),
    ),
    "suspension": AvisDeVersement(
        "versement suspendu",
        "Un versement prévu est suspendu; le motif se lit à la page du versement.",
        DU_PARTENAIRE | DE_LA_REGION | {Role.MESS, Role.FINANCES_MESS},
    ),
    "reprise": AvisDeVersement(
        "versement repris",
        "Un versement suspendu reprend là où il était.",
        DU_PARTENAIRE | DE_LA_REGION | {Role.MESS, Role.FINANCES_MESS},
    ),
    "derogation": AvisDeVersement(
        "dérogation accordée",
        "Une dérogation permet un versement malgré une obligation en retard; son motif se lit à la page du versement.",
        DU_PARTENAIRE | DE_LA_REGION | {Role.MESS, Role.FINANCES_MESS},
    ),
    "revocation": AvisDeVersement(
        "dérogation révoquée",
        "La dérogation accordée à un versement est révoquée.",
        DU_PARTENAIRE | DE_LA_REGION | {Role.MESS, Role.FINANCES_MESS},
    ),
}


def diffuser_versement(objet, evenement, *, par):
    """Annonce ce qui arrive à un versement ou à sa dérogation, sauf à qui l'a causé.

    La ligne de journal distingue deux fois.
    """
    echeance = getattr(objet, "echeance", objet)
    annonce, alliance = AVIS_DE_VERSEMENT[evenement], echeance.convention.alliance
    ligne = echeance.convention.journal.filter(objet=str(echeance)).only("pk").first()
    message = {
        "cle": f"versement:{evenement}:{echeance.pk}:{ligne.pk if ligne else ''}",
        "titre": f"{alliance.nom} : {annonce.titre} ({echeance})",
        "texte": annonce.texte,
        "lien": reverse("conventions:echeance", args=[echeance.pk]),
    }
    attendues = _personnes(alliance, annonce.attendus, par)
    informees = _personnes(alliance, annonce.informes, par).exclude(pk__in=attendues.values("pk"))
    return prevenir(informees, **message) + prevenir(attendues, **message, a_suivre=True)


def _personnes(alliance, roles, par):
    personnes = personnes_concernees(alliance, roles)
    return personnes.exclude(pk=par.pk) if par else personnes


def liberer_et_prevenir(alliances=None, *, par=None, le=None):
    """Libère ce dont la condition se lit, et prévient qui recommande; retourne les versements libérés."""
    liberees = EcheanceVersement.liberer_ce_qui_est_du(par=par, le=le, alliances=alliances)
    for echeance in liberees:
        diffuser_versement(echeance, "liberation", par=par)
    return liberees
