"""La page d'un protocole : à qui le tour, l'argent, les dates, les versements, les signatures."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from projets.protocoles.views.gestes import gestes_offerts
from projets.protocoles.views.reperes import protocole_visible, reperes


@require_safe
def protocole(request, pk):
    protocole = protocole_visible(request, pk)
    return render(
        request,
        "protocoles/protocole.html",
        reperes(protocole) | {"gestes": gestes_offerts(request.user, protocole)},
    )
