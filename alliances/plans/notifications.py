"""Annoncer ce qui arrive à un plan d'action, et rappeler son échéance; aucun renseignement personnel."""

from django.urls import reverse

from alliances.models import Role
from alliances.models.mandats import DE_L_ALLIANCE, DE_L_ETAT, DE_LA_REGION, personnes_concernees
from alliances.notifications import ECHEANCES, Evenement, annoncer_la_charge, titre
from alliances.plans.attentes import en_attente
from alliances.plans.tours import OUVERTS, echeance, qui_manque, roles_attendus, tour_de
from socle.annonces.notifications import Annonce, Famille, annoncer
from socle.annonces.rappels import au_plus_tard, palier_du_rappel
from socle.texte.typographie import date_longue

PLANS = Famille("plans", "Plans d’action", "Adoption, avis, observations, modifications.")
REDACTION = frozenset({Role.COORDINATION, Role.SIGNATURE})
MINISTERE = frozenset({Role.MESS, Role.APPROBATION})
PAGES = {  # où se lit l'événement, hors du tableau de bord du plan
    "depot": "plans:lecture",
    "retrait": "plans:liste",
    "analyse": "plans:examen",
    "avis": "plans:lecture",
    "approbation": "plans:lecture",
    "refus": "plans:lecture",
    "observation": "plans:lecture",
}
EVENEMENTS = {  # `{cote}` : qui, de l'État, a agi
    "adoption": Evenement(
        "Plan adopté, à déposer",
        "La Table a adopté le plan d’action. La personne autorisée peut maintenant le déposer.",
        frozenset({Role.SIGNATURE}),
    ),
    "reouverture": Evenement(
        "Plan rouvert avant le dépôt",
        "Le plan d’action est rouvert pour être modifié. L’adoption inscrite ne vaut plus : le plan ne se "
        "dépose pas avant que la Table l’adopte de nouveau.",
        REDACTION,
    ),
    "depot": Evenement(
        "Plan déposé",
        "Le plan d’action est déposé. Services Québec en commence l’examen.",
        REDACTION | DE_LA_REGION,
        legal=True,
    ),
    "retrait": Evenement(
        "Dépôt retiré",
        "La Table a retiré son dépôt avant le début de l’examen.",
        REDACTION | DE_LA_REGION,
    ),
    "retour": Evenement(
        "Plan à corriger",
        "{cote} retourne le plan d’action à la Table avec des demandes de correction.",
        REDACTION | {Role.TERRITOIRE} | DE_LA_REGION,
        legal=True,
    ),
    "analyse": Evenement(
        "Analyse terminée, avis attendu",
        "L’analyse du plan d’action est terminée\u00a0: il est prêt pour l’avis.",
        frozenset({Role.DIRECTION_DGSQ}),
    ),
    "avis": Evenement(
        "Avis rendu, décision attendue",
        "L’avis sur le plan d’action est rendu. Le dossier attend la décision du Ministère.",
        REDACTION | MINISTERE,
    ),
    "approbation": Evenement(
        "Plan approuvé",
        "Le Ministère a approuvé le plan d’action. Cette version est maintenant en vigueur.",
        DE_L_ALLIANCE | {Role.TERRITOIRE} | DE_LA_REGION,
        legal=True,
    ),
    "refus": Evenement(
        "Plan refusé",
        "Le Ministère a refusé cette version du plan d’action; le motif se lit au dossier.",
        REDACTION | DE_LA_REGION,
        legal=True,
    ),
    "modification": Evenement(
        "Modification du plan commencée",
        "Une nouvelle version du plan d’action est en rédaction. Si une version est approuvée, "
        "elle reste en vigueur.",
        REDACTION | {Role.TERRITOIRE},
    ),
    "correction": Evenement(
        "Demande de correction changée",
        "Une demande de correction sur le plan d’action a été révoquée ou modifiée.",
        REDACTION,
    ),
    "observation": Evenement(
        "Nouvelle observation",
        "Une observation partagée a été ajoutée au plan d’action.",
        REDACTION | DE_LA_REGION,
    ),
}


def annoncer_plan(version, evenement, *, par, cle=""):
    """Annonce un événement du plan aux personnes concernées, sauf à celle qui l'a causé.

    Un geste s'annonce une fois : sa ligne de journal distingue une seconde adoption de la première. `cle`
    distingue ce qui n'a pas de ligne (deux observations). La personne qui dépose reçoit l'accusé de son
    dépôt. Qui est attendu reçoit l'adresse où agir, les autres celle où lire.
    """
    annonce, alliance = EVENEMENTS[evenement], version.plan.alliance
    ligne = version.journal.only("role").first()
    attendue = evenement != "observation" and version.etat in OUVERTS
    page = PAGES.get(evenement, "plans:tableau")
    return annoncer(
        Annonce(
            cle=":".join(["plan", evenement, str(version.pk), str(ligne.pk), cle]),
            famille=PLANS.code,
            titre=titre(annonce.titre, alliance, _repere(version)),
            texte=annonce.texte.format(cote=_cote(ligne.role)),
            lien=reverse(page, args=[] if page == "plans:liste" else [version.pk]),
            lien_d_action=reverse(tour_de(version).page, args=[version.pk]) if attendue else "",
            legale=annonce.legal,
        ),
        personnes_concernees(alliance, _roles(version, evenement)),
        attendus=personnes_concernees(alliance, frozenset(roles_attendus(version))) if attendue else (),
        par=None if evenement == "depot" else par,
    )


def annoncer_plan_confie(plan, *, par):
    lien = reverse("plans:dossier", args=[plan.pk])
    return annoncer_la_charge(plan, par=par, objet="plan d’action", famille=PLANS.code, lien=lien)


def _roles(version, evenement):
    roles = EVENEMENTS[evenement].roles
    if version.etat in ("brouillon", "adoptee") and evenement in ("observation", "correction"):
        return roles - DE_L_ETAT  # la rédaction en cours n'est pas vue de l'État
    return roles | roles_attendus(version).keys() if evenement in ("depot", "analyse") else roles


def _repere(version):
    return version.reference or f"version {version.numero}"


def _cote(role):
    """Qui a agi pour l'État, d'après la qualité inscrite au journal."""
    return "Services Québec" if role in DE_LA_REGION else "Le Ministère"


def rappeler(jour):
    """Rappelle les échéances à qui c'est le tour, une fois par palier; retourne le nombre de rappels.

    Part de la même requête que la liste des tâches : ce qui ne m'attend plus ne se rappelle pas. L'échéance est dans
    la clé : déplacée, elle se rappelle de nouveau.
    """
    return sum(len(_rappeler(version, jour)) for version in en_attente().annotate(**qui_manque()))


def _rappeler(version, jour):
    limite, alliance = echeance(version), version.plan.alliance
    palier = limite and palier_du_rappel((limite - jour).days)
    if not palier:
        return []
    en_retard = limite < jour
    annonce = Annonce(
        cle=f"plan:rappel:{version.pk}:{limite}:{palier}",
        famille=ECHEANCES.code,
        titre=titre(f"Plan d’action {'en retard' if en_retard else 'à déposer'}", alliance, _repere(version)),
        texte=_phrase_du_rappel(limite, (limite - jour).days),
        lien=reverse("plans:tableau", args=[version.pk]),
        legale=en_retard,
    )
    attendus = personnes_concernees(alliance, frozenset(roles_attendus(version)))
    return annoncer(annonce, attendus, attendus=attendus)


def _phrase_du_rappel(limite, jours):
    if jours < 0:
        quand = date_longue(limite)
        return f"L’échéance du plan d’action était le {quand}. Le dépôt reste possible; il sera dit tardif."
    return f"Le plan d’action doit être déposé {au_plus_tard(limite, jours)}."
