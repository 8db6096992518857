"""La porte des pages d'une demande : la trouver, et dire où l'on est."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from projets.models import Initiative


def adresse(initiative, nom="demande", *args):
    return reverse(f"projets:{nom}", args=[initiative.pk, *args])


RELATIONS = ("alliance__cycle", "appel__alliance", "appel__territoire", "organisme")


def demande_visible(request, pk):
    """La demande; 404 si la personne ne la voit pas."""
    visibles = Initiative.objects.visibles_par(request.user).select_related(*RELATIONS)
    return get_object_or_404(visibles, pk=pk)


def reperes(initiative):
    retour = adresse(initiative)
    return {
        "initiative": initiative,
        "objet_en_mots": str(initiative),
        "chapeau": f"{initiative.appel.titre}, {initiative.organisme}.",
        "etapes": [("Initiatives", reverse("projets:initiatives")), (str(initiative), retour)],
        "retour": retour,
    }
