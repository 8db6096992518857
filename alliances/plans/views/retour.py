"""Le retour du plan à la Table, avec ses demandes de correction."""

from functools import partial

from django.views.decorators.http import require_http_methods

from alliances.plans.forms.examen import RetourForm
from alliances.plans.permissions import peut
from alliances.plans.views.examen import demandes_de, reperes, version_a_examiner
from alliances.plans.views.gestes import suites
from socle.pages.gestes import donnees_de, page_de_geste


@require_http_methods(["GET", "HEAD", "POST"])
def retour(request, pk):
    """Retourner le plan : les demandes qui partent, et ce que la Table pourra modifier."""
    version = version_a_examiner(request, pk)
    demandes = demandes_de(version, request.user, version.contenu_pour(request.user))
    return page_de_geste(
        request,
        version.retourner,
        refus=peut(request.user, "retourner", version),
        form=RetourForm(donnees_de(request), vue=version.empreinte_des_demandes()),
        gabarit="plans/examen/retour.html",
        libelle="Retourner le plan à la Table",
        fait="Le plan est retourné à la Table, avec les demandes de correction.",
        empechements=version.empechements_a_retourner(),
        ensuite=partial(suites, evenement="retour"),
        demandes=[d for d in demandes if d.envoyee_le is None],
        **reperes(version),
    )
