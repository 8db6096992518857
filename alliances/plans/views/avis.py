"""L'avis de la direction régionale de Services Québec."""

from functools import partial

from django.views.decorators.http import require_http_methods

from alliances.plans.forms.examen import AvisForm
from alliances.plans.permissions import peut
from alliances.plans.views.examen import reperes, version_a_examiner
from alliances.plans.views.gestes import suites
from alliances.plans.views.lacunes import lacunes
from socle.pages.gestes import donnees_de, page_de_geste


@require_http_methods(["GET", "HEAD", "POST"])
def avis(request, pk):
    """Rendre l'avis : son sens et son texte; le dossier passe au Ministère."""
    version = version_a_examiner(request, pk)
    return page_de_geste(
        request,
        version.rendre_avis,
        refus=peut(request.user, "rendre-avis", version),
        form=AvisForm(donnees_de(request), version=version),
        gabarit="plans/examen/avis.html",
        libelle="Rendre l’avis",
        fait="L’avis est rendu. C’est maintenant au Ministère de décider.",
        empechements=version.empechements_a_rendre_avis_par(request.user),
        ensuite=partial(suites, evenement="avis"),
        evenement="avis",
        lacunes=lacunes(version),
        **reperes(version),
    )
