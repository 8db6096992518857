"""La porte des pages d'un avenant au protocole : le trouver, et dire où l'on est."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from projets.protocoles.models import AvenantProtocole
from projets.protocoles.views import reperes as du_protocole

GENRES = {
    "preparation": "neutre",
    "transmis": "encours",
    "signe": "bien",
    "refuse": "probleme",
    "abandonne": "neutre",
}


def adresse(avenant, nom="avenant"):
    return reverse(f"protocoles:{nom}", args=[avenant.pk])


def avenant_visible(request, pk, *relations):
    """L'avenant, son protocole et ses sommes accordées, lus une fois; 404 si la personne ne le voit pas."""
    visibles = AvenantProtocole.objects.visibles_par(request.user)
    siennes = ("protocole", *(f"protocole__{relation}" for relation in du_protocole.RELATIONS))
    avenant = get_object_or_404(visibles.select_related(*siennes, *relations), pk=pk)
    avenant.protocole.sommes_lues = list(avenant.protocole.affectations())
    return avenant


def reperes(avenant):
    communs, retour = du_protocole.reperes(avenant.protocole), adresse(avenant)
    return communs | {
        "avenant": avenant,
        "objet_en_mots": f"{avenant}, {avenant.initiative}",
        "chapeau": f"{avenant} au protocole. {communs['chapeau']}",
        "etapes": [*communs["etapes"], (str(avenant), retour)],
        "retour": retour,
        "revenir": "Revenir à l’avenant",
    }
