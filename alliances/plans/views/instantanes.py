"""Un instantané : le plan tel qu'il était à un acte, son empreinte, ses octets."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliances.plans.impression import corps_du_plan
from alliances.plans.models import Instantane
from alliances.plans.models.instantanes import forme_canonique


def instantane_visible(request, pk):
    """L'instantané, avec de quoi le montrer; 404 si la personne ne le voit pas."""
    visibles = Instantane.objects.visibles_par(request.user).defer("version__contenu_courant")
    return get_object_or_404(visibles.select_related("version__plan__alliance__cycle", "par"), pk=pk)


@require_safe
def instantane(request, pk):
    """Le plan entier tel que scellé, et la vérification de son empreinte."""
    instantane = instantane_visible(request, pk)
    return render(
        request,
        "plans/dossier/instantane.html",
        {
            "instantane": instantane,
            "corps": corps_du_plan(instantane.contenu),
            "version": instantane.version,
            "alliance": instantane.version.plan.alliance,
            "intact": instantane.est_intact(),
        },
    )


@require_safe
def instantane_json(request, pk):
    """Les octets mêmes dont l'empreinte est le SHA-256 : `sha256sum` du fichier donne l'empreinte affichée."""
    instantane = instantane_visible(request, pk)
    version = instantane.version
    nom = f"plan-{version.plan.alliance.slug}-v{version.numero}-{instantane.circonstance}-{instantane.tour}.json"
    return HttpResponse(
        forme_canonique(instantane.contenu),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{nom}"'},
    )
