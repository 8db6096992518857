"""Annoncer une demande déposée ou retirée : à la Table, qui l'étudiera, et à l'organisme, qui en a l'accusé."""

from django.db.models import Q
from django.urls import reverse

from alliances.models.mandats import Mandat, personnes_concernees
from alliances.models.roles import DE_L_ORGANISME, Role
from alliances.notifications import Evenement
from projets.models.choix import liees_a
from projets.models.roles import ROLES
from projets.permissions import peut
from socle.annonces.notifications import Annonce, Famille, annoncer
from socle.models import Utilisateur

DEMANDES = Famille(
    "demandes", "Demandes d’initiatives", "Une demande est déposée, retirée, jugée ou décidée."
)
DE_LA_TABLE = frozenset({Role.COORDINATION, Role.TERRITOIRE})
CHOISISSENT = frozenset({*ROLES["proposer-decision"], *ROLES["decider"]})
DEPOT = Evenement(
    "Demande déposée",
    "La demande est au dossier de l’appel. Elle ne change plus; son organisme peut la retirer avant la fermeture.",
    legal=True,
)
RETRAIT = Evenement("Demande retirée", "Son organisme l’a retirée avant la fermeture de l’appel.", legal=True)
JUGEMENTS = {
    "admissible": Evenement(
        "Demande admissible",
        "La demande est admissible\xa0: elle suit maintenant son circuit jusqu’à la décision.",
    ),
    "non_admissible": Evenement(
        "Demande non admissible",
        "L’onglet «\xa0L’initiative\xa0» dit quels critères ne conviennent pas, et pourquoi; la lettre s’y trouve.",
        legal=True,
    ),
}
DECISIONS = {
    "acceptee": Evenement(
        "Initiative acceptée", "La page de l’initiative dit le montant et la suite.", legal=True
    ),
    "refusee": Evenement("Initiative refusée", "La page de l’initiative dit la raison.", legal=True),
    "en_attente": Evenement(
        "Initiative en liste d’attente", "La page de l’initiative dit la raison.", legal=True
    ),
}


def annoncer_le_depot(initiative, *, par):
    """L'accusé va aussi à qui dépose : c'est sa preuve."""
    return annoncer_de_la_demande(initiative, DEPOT, "depot", par=None)


def annoncer_le_retrait(initiative, *, par):
    return annoncer_de_la_demande(initiative, RETRAIT, "retrait", par=par)


def annoncer_le_jugement(initiative, *, par):
    """L'organisme apprend ce qui est jugé, et pourquoi; un jugement repris s'annonce de nouveau."""
    return annoncer_de_la_demande(
        initiative, JUGEMENTS[initiative.etat], f"jugement-{initiative.jugee_le:%s}", par=par
    )


def annoncer_la_decision(decision, *, par):
    """La Table seule : l'organisme l'apprend par sa réponse."""
    initiative, dit = decision.initiative, DECISIONS[decision.sens]
    return annoncer_de_la_demande(initiative, dit, f"decision-{decision.pk}", par=par, organisme=False)


def annoncer_les_reponses(reponses, *, par):
    """Chaque organisme apprend la sienne; le courriel ne dit ni montant ni motif, la page et la lettre les disent."""
    nouvelles = []
    for reponse in reponses:
        decision = reponse.decision
        dit = DECISIONS[decision.sens]
        nouvelles += annoncer_de_la_demande(decision.initiative, dit, f"reponse-{reponse.pk}", par=par)
    return nouvelles


def annoncer_le_conflit(declaration, *, par):
    """La Table demande à une autre personne de lire le dossier; sans conflit, il n'y a rien à dire."""
    if not declaration.conflit:
        return []
    initiative = declaration.initiative
    annonce = Annonce(
        cle=f"conflit:{declaration.pk}",
        famille=DEMANDES.code,
        titre=nommer("Conflit d’intérêts déclaré", initiative),
        texte=(
            "Une personne ne lira pas ce dossier. La page des notes dit qui doit encore l’évaluer; "
            "invitez-y au besoin une autre personne."
        ),
        lien=reverse("projets:synthese", args=[initiative.pk]),
    )
    table = personnes_concernees(initiative.alliance, DE_LA_TABLE)
    lisent = [p for p in table if peut(p, "lire-les-notes", initiative) is None]
    return annoncer(annonce, lisent, attendus=lisent, par=par)


def nommer(nouvelle, initiative):
    """« Initiative acceptée : Cuisines de rang (INI-2026-01-0007) » : dix de suite ne se confondent pas."""
    return f"{nouvelle}\xa0: {initiative} ({initiative.numero or 'brouillon'})"


def lien_de(initiative):
    return reverse("projets:initiative", args=[initiative.pk])


def annoncer_de_la_demande(initiative, dit, code, *, par, organisme=True):
    """À la Table et, sauf avis contraire, à son organisme."""
    annonce = Annonce(
        cle=f"demande:{code}:{initiative.pk}",
        famille=DEMANDES.code,
        titre=nommer(dit.titre, initiative),
        texte=dit.texte,
        lien=lien_de(initiative),
        legale=dit.legal,
    )
    table = personnes_concernees(initiative.alliance, DE_LA_TABLE)
    if not organisme:
        return annoncer(annonce, _sans_lien(table, initiative), par=par)
    mandats = Mandat.objects.en_vigueur().filter(role__in=DE_L_ORGANISME, organisme=initiative.organisme)
    porteurs = Utilisateur.objects.filter(pk__in=mandats.values("utilisateur"), is_active=True)
    return annoncer(annonce, (porteurs | table).distinct(), par=par)


def _sans_lien(personnes, initiative):
    """Ce qui n'est pas annoncé à l'organisme ne l'est pas à qui, à la Table, est aussi des siens, ou en conflit."""
    conflits = initiative.declarations.filter(conflit=True).order_by()
    return personnes.exclude(liees_a(initiative) | Q(pk__in=conflits.values("personne")))


def annoncer_a_qui_choisit(initiative, nouvelle, texte, code, roles=CHOISISSENT):
    """À qui propose et décide, qui a maintenant un geste à faire; jamais à l'organisme."""
    annonce = Annonce(
        cle=f"demande:{code}:{initiative.pk}",
        famille=DEMANDES.code,
        titre=nommer(nouvelle, initiative),
        texte=texte,
        lien=lien_de(initiative),
        legale=True,
    )
    choisissent = _sans_lien(personnes_concernees(initiative.alliance, roles), initiative)
    return annoncer(annonce, choisissent, attendus=choisissent)
