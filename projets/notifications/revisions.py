"""Annoncer une demande de révision à qui y répond, et sa réponse à l'organisme."""

from alliances.notifications import Evenement
from projets.models.roles import qualites_du_geste
from projets.notifications.demandes import annoncer_a_qui_choisit, annoncer_de_la_demande

DEMANDEE = "L’organisme conteste la réponse. La page de l’initiative dit pourquoi; la signature y répond."
REPONDUE = {
    "maintenue": Evenement(
        "Révision\u00a0: réponse maintenue", "La page de l’initiative dit pourquoi.", legal=True
    ),
    "rouverte": Evenement(
        "Révision\u00a0: le dossier revient à l’étude", "La page de l’initiative dit pourquoi.", legal=True
    ),
}


def annoncer_la_demande_de_revision(demande, *, par):
    roles = frozenset(qualites_du_geste("repondre-revision"))
    return annoncer_a_qui_choisit(demande.initiative, "Révision demandée", DEMANDEE, "revision", roles=roles)


def annoncer_la_reponse_a_la_revision(demande, *, par):
    return annoncer_de_la_demande(demande.initiative, REPONDUE[demande.issue], "revision-repondue", par=par)
