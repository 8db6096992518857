"""Confier le dossier d'une convention à qui l'analyse pour l'État."""

from django.views.decorators.http import require_http_methods

from alliances.forms.charge import ChargeForm
from conventions.notifications.conventions import annoncer_convention_confiee
from conventions.permissions import peut
from conventions.views.gestes import convention_visible, reperes
from socle.pages.gestes import donnees_de, page_de_geste


@require_http_methods(["GET", "HEAD", "POST"])
def charge(request, pk):
    convention = convention_visible(request, pk)
    return page_de_geste(
        request,
        convention.confier,
        refus=peut(request.user, "confier", convention),
        form=ChargeForm(donnees_de(request), dossier=convention),
        ensuite=annoncer_convention_confiee,
        libelle="Confier le dossier",
        fait=lambda confiee: confiee.charge,
        **reperes(convention),
    )
