"""La fin de l'analyse : le plan est prêt pour l'avis; la direction n'est appelée qu'alors."""

from functools import partial

from django.views.decorators.http import require_http_methods

from alliances.plans.forms.examen import AnalyseForm
from alliances.plans.permissions import peut
from alliances.plans.tours import attend_une_direction
from alliances.plans.views.examen import reperes, version_a_examiner
from alliances.plans.views.gestes import suites
from alliances.plans.views.lacunes import lacunes_de_l_analyse
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, page_de_geste


@require_http_methods(["GET", "HEAD", "POST"])
def analyse(request, pk):
    """Terminer l'analyse, avec une note pour la direction."""
    version = version_a_examiner(request, pk)
    return page_de_geste(
        request,
        version.terminer_l_analyse,
        refus=peut(request.user, "terminer-analyse", version),
        form=AnalyseForm(donnees_de(request)),
        gabarit="plans/examen/analyse.html",
        libelle="Terminer l’analyse",
        fait="L’analyse est terminée\u00a0: le plan est prêt pour l’avis.",
        empechements=version.empechements_a_terminer_l_analyse(),
        ensuite=partial(suites, evenement="analyse"),
        lacunes=lacunes_de_l_analyse(version),
        sans_direction=attend_une_direction(version),
        **reperes(version),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def analyse_reprise(request, pk):
    """Reprendre une analyse terminée trop vite."""
    version = version_a_examiner(request, pk)
    return page_de_geste(
        request,
        version.reprendre_l_analyse,
        refus=peut(request.user, "terminer-analyse", version),
        form=MotifForm(
            donnees_de(request),
            libelle="Pourquoi reprendre l’analyse?",
            aide="Le motif s’inscrit au journal du plan, que la Table lit.",
        ),
        gabarit="plans/examen/analyse_reprise.html",
        libelle="Reprendre l’analyse",
        fait="L’analyse reprend. La direction n’est plus appelée.",
        empechements=version.empechements_a_reprendre_l_analyse(),
        **reperes(version),
    )
