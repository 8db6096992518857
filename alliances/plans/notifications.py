"""Qui prévenir de quoi. Un événement, une personne, un courriel; aucun renseignement personnel."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from alliances.models import Mandat, Role
from alliances.models.mandats import DE_L_ALLIANCE, DE_L_ETAT, DE_LA_REGION, NATIONAUX
from alliances.plans.attentes import TOURS, echeance, en_attente, roles_attendus
from socle.annonces.notifications import prevenir
from socle.annonces.rappels import au_plus_tard, palier_du_rappel
from socle.models import Utilisateur
from socle.texte.typographie import date_longue

REDACTION = frozenset({Role.COORDINATION, Role.SIGNATURE})
MINISTERE = frozenset({Role.MESS, Role.APPROBATION})


@dataclass(frozen=True)
class Evenement:
    """Ce qui est arrivé, qui doit le savoir et où cela se lit. `{cote}` du texte : qui, de l'État, a agi."""

    titre: str
    texte: str
    roles: frozenset
    page: str = "plans:tableau"
    appelle: bool = True  # qui l'état du plan attend maintenant a quelque chose à faire


EVENEMENTS = {
    "adoption": Evenement(
        "plan adopté, à déposer",
        "La Table a adopté le plan d’action. La personne autorisée peut maintenant le déposer.",
        frozenset({Role.SIGNATURE}),
    ),
    "reouverture": Evenement(
        "plan rouvert avant le dépôt",
        "Le plan d’action est rouvert pour être modifié. L’adoption inscrite ne vaut plus : le plan ne se "
        "dépose pas avant que la Table l’adopte de nouveau.",
        REDACTION,
    ),
    "depot": Evenement(
        "plan déposé",
        "Le plan d’action est déposé. Services Québec en commence l’examen.",
        REDACTION | DE_LA_REGION,
        "plans:lecture",
    ),
    "retrait": Evenement(
        "dépôt retiré",
        "La Table a retiré son dépôt avant le début de l’examen.",
        REDACTION | DE_LA_REGION,
        "plans:liste",
    ),
    "retour": Evenement(
        "plan à corriger",
        "{cote} retourne le plan d’action à la Table avec des demandes de correction.",
        REDACTION | {Role.TERRITOIRE} | DE_LA_REGION,
    ),
    "avis": Evenement(
        "avis rendu, décision attendue",
        "L’avis sur le plan d’action est rendu. Le dossier attend la décision du Ministère.",
        REDACTION | MINISTERE,
        "plans:lecture",
    ),
    "approbation": Evenement(
        "plan approuvé",
        "Le Ministère a approuvé le plan d’action. Cette version est maintenant en vigueur.",
        DE_L_ALLIANCE | {Role.TERRITOIRE} | DE_LA_REGION,
        "plans:lecture",
    ),
    "refus": Evenement(
        "plan refusé",
        "Le Ministère a refusé cette version du plan d’action; le motif se lit au dossier.",
        REDACTION | DE_LA_REGION,
        "plans:lecture",
    ),
    "modification": Evenement(
        "modification du plan commencée",
        "Une nouvelle version du plan d’action est en rédaction. Si une version est approuvée, "
        "elle reste en vigueur.",
        REDACTION | {Role.TERRITOIRE},
    ),
    "correction": Evenement(
        "demande de correction changée",
        "Une demande de correction sur le plan d’action a été révoquée ou modifiée.",
        REDACTION,
    ),
    "observation": Evenement(
        "nouvelle observation",
        "Une observation partagée a été ajoutée au plan d’action.",
        REDACTION | DE_LA_REGION,
        "plans:lecture",
        appelle=False,
    ),
}


def personnes_concernees(alliance, roles):
    """Les personnes actives qui tiennent aujourd'hui un de ces rôles sur cette Alliance."""
    if roles & DE_LA_REGION and not alliance.regions.exists():
        roles = roles | {Role.MESS}  # sans région, c'est le Ministère qui examine
    mandats = Mandat.objects.en_vigueur().filter(role__in=roles)
    locaux = mandats.pour_alliance(alliance).values("utilisateur")
    nationaux = mandats.filter(role__in=NATIONAUX & roles).values("utilisateur")
    return Utilisateur.objects.filter(Q(pk__in=locaux) | Q(pk__in=nationaux), is_active=True)


def diffuser(version, evenement, *, par, cle=""):
    """Annonce un événement du plan aux personnes concernées, sauf à celle qui l'a causé.

    Un geste s'annonce une fois : sa ligne de journal distingue une seconde adoption de la première. `cle`
    distingue ce qui n'a pas de ligne (deux observations). La personne qui dépose reçoit l'accusé de son
    dépôt. Qui est attendu reçoit l'adresse où agir, les autres celle où lire.
    """
    annonce = EVENEMENTS[evenement]
    alliance = version.plan.alliance
    roles = set(annonce.roles)
    if version.etat in ("brouillon", "adoptee") and evenement in ("observation", "correction"):
        roles -= DE_L_ETAT  # la rédaction en cours n'est pas vue de l'État
    concernees = personnes_concernees(alliance, frozenset(roles))
    if evenement != "depot":
        concernees = concernees.exclude(pk=par.pk)
    ligne = version.journal.only("role").first()
    message = {
        "cle": ":".join(["plan", evenement, str(version.pk), str(ligne.pk), cle]),
        "titre": titre(version, annonce.titre),
        "texte": annonce.texte.format(cote=_cote(ligne.role)),
    }
    tour = TOURS.get(version.etat) if annonce.appelle else None
    roles = frozenset(roles_attendus(version)) if tour else frozenset()
    attendues = personnes_concernees(alliance, roles).values("pk")
    arguments = [] if annonce.page == "plans:liste" else [version.pk]
    lien = reverse(annonce.page, args=arguments)
    nouvelles = prevenir(concernees.exclude(pk__in=attendues), lien=lien, **message)
    if tour:
        lien = reverse(tour.page, args=[version.pk])
        nouvelles += prevenir(concernees.filter(pk__in=attendues), lien=lien, a_suivre=True, **message)
    return nouvelles


def titre(version, nouvelle):
    """« Alliance – Bas-Saint-Laurent : plan déposé (PAR-001-1.1) » : l'Alliance d'abord."""
    repere = version.reference or f"version {version.numero}"
    return f"{version.plan.alliance.nom} : {nouvelle} ({repere})"


def _cote(role):
    """Qui a agi pour l'État, d'après la qualité inscrite au journal."""
    return "Services Québec" if role in DE_LA_REGION else "Le Ministère"


def rappeler(jour):
    """Rappelle les échéances à qui c'est le tour, une fois par palier; retourne le nombre de rappels.

    Part de la même requête que la liste des tâches : ce qui ne m'attend plus ne se rappelle pas.
    """
    envoyes = 0
    for version in en_attente():
        limite = echeance(version)
        palier = limite and palier_du_rappel((limite - jour).days)
        if not palier:
            continue
        personnes = personnes_concernees(version.plan.alliance, frozenset(roles_attendus(version)))
        envoyes += len(
            prevenir(
                personnes,
                cle=f"plan:rappel:{version.pk}:{palier}",
                titre=titre(version, "échéance du plan"),
                texte=_phrase_du_rappel(limite, (limite - jour).days),
                lien=reverse("plans:tableau", args=[version.pk]),
                a_suivre=True,
            )
        )
    return envoyes


def _phrase_du_rappel(limite, jours):
    if jours < 0:
        quand = date_longue(limite)
        return f"L’échéance du plan d’action était le {quand}. Le dépôt reste possible; il sera dit tardif."
    return f"Le plan d’action doit être déposé {au_plus_tard(limite, jours)}."
