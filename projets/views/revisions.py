"""La révision : l'organisme la demande, la signature y répond."""

from functools import partial

from projets.forms.revisions import ReponseALaRevisionForm
from projets.models import revisions
from projets.notifications.revisions import (
    annoncer_la_demande_de_revision,
    annoncer_la_reponse_a_la_revision,
)
from projets.views.decisions import page
from projets.views.reperes import demande_visible
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de


def demande_de_revision(request, pk):
    initiative = demande_visible(request, pk)
    return page(
        request,
        initiative,
        partial(revisions.demander_la_revision, initiative),
        "demander-revision",
        form=MotifForm(
            donnees_de(request), libelle="Ce que vous contestez, et pourquoi", aide="La Table le lira."
        ),
        ensuite=annoncer_la_demande_de_revision,
        gabarit="projets/decisions/revision_demande.html",
        libelle="Demander une révision",
        fait="La révision est demandée. La Table vous répondra par écrit.",
        empechements=revisions.empechements_a_demander(initiative),
        limite=revisions.limite_de(initiative),
    )


def reponse_a_la_revision(request, pk):
    initiative = demande_visible(request, pk)
    return page(
        request,
        initiative,
        partial(revisions.repondre_a_la_revision, initiative),
        "repondre-revision",
        form=ReponseALaRevisionForm(donnees_de(request), aide="L’organisme le lira."),
        ensuite=annoncer_la_reponse_a_la_revision,
        gabarit="projets/decisions/revision_reponse.html",
        libelle="Répondre à la demande de révision",
        fait=lambda demande: f"La réponse est inscrite\xa0: {demande.get_issue_display().lower()}.",
        empechements=revisions.empechements_a_repondre_a_la_revision(initiative, request.user),
        demande=revisions.revision_de(initiative),
    )
