"""Les portes communes : trouver l'Alliance que l'on peut voir, et ce que montre la page de tout geste posé sur elle."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliances.models import Alliance
from alliances.permissions import peut_changer_les_circuits, peut_decrire
from socle.acces import exiger

LUES = Alliance.objects.select_related("cycle", "table_regionale", "profil_gouvernance")
RETRAIT = {
    "gabarit": "alliances/retrait.html",
    "libelle": "Retirer",
    "danger": True,
    "empeche": "Ce retrait n’est pas possible pour l’instant",
}


def alliance_visible(request, slug):
    """L'Alliance de cette adresse, unique d'un cycle à l'autre; 404 si la personne ne la voit pas."""
    return get_object_or_404(LUES.visibles_par(request.user), slug=slug)


def alliance_suivie(request, slug):
    """L'Alliance dont la personne voit la gouvernance et l'histoire : un porteur ne les voit pas."""
    return get_object_or_404(LUES.suivies_par(request.user), slug=slug)


def alliance_decrite(request, slug):
    """L'Alliance que la personne peut décrire; 403 avec la raison sinon."""
    alliance = alliance_suivie(request, slug)
    exiger(peut_decrire(request.user, alliance))
    return alliance


def alliance_aux_circuits(request, slug):
    """L'Alliance dont la personne peut changer les circuits; 403 avec la raison sinon."""
    alliance = alliance_suivie(request, slug)
    exiger(peut_changer_les_circuits(request.user, alliance))
    return alliance


def reperes(alliance, retour):
    """Où l'on est, de quoi il s'agit, où revenir; `alliance_decrite` a déjà exigé le droit de décrire."""
    return {
        "refus": None,
        "alliance": alliance,
        "objet_en_mots": alliance.nom,
        "chapeau": "",
        "etapes": [(alliance.nom, reverse("alliances:fiche", args=[alliance.slug]))],
        "retour": retour,
    }


def saisie(form, alliance, retour, chapeau=""):
    """Ce que dit de plus la page d'une saisie de la fiche."""
    page = {"form": form, "gabarit": "layout/saisie.html", "libelle": "Enregistrer", "chapeau": chapeau}
    return reperes(alliance, retour) | page
