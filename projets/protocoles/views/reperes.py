"""La porte des pages d'un protocole : le trouver, et dire où l'on est."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from projets.models import Initiative
from projets.protocoles.models import Protocole
from projets.protocoles.models.protocoles import LUS_DE_L_ORGANISME, SIGNES
from projets.views.offres import onglets
from socle.texte.typographie import en_phrase

RELATIONS = (
    *("initiative__alliance__cycle", "initiative__appel__alliance", "initiative__appel__territoire"),
    *("initiative__organisme", "clauses"),
)


def adresse(protocole, nom="protocole", *args):
    return reverse(f"protocoles:{nom}", args=[protocole.pk, *args])


def protocole_visible(request, pk, *relations):
    """Le protocole; 404 si la personne ne le voit pas."""
    visibles = Protocole.objects.visibles_par(request.user).select_related(*RELATIONS, *relations)
    return get_object_or_404(visibles, pk=pk)


def protocole_lu(request, pk, *relations):
    """Le même, et les sommes que la décision lui accorde, lues une fois pour la page."""
    protocole = protocole_visible(request, pk, *relations)
    protocole.sommes_lues = list(protocole.affectations())
    return protocole


def initiative_visible(request, pk):
    """L'initiative d'un protocole à préparer; 404 si la personne ne la voit pas."""
    visibles = Initiative.objects.visibles_par(request.user)
    relations = ("alliance__cycle", "appel__alliance", "appel__territoire", "organisme")
    return get_object_or_404(visibles.select_related(*relations), pk=pk)


def etapes_de(initiative):
    return [
        ("Initiatives", reverse("projets:initiatives")),
        (initiative.numero or str(initiative), reverse("projets:initiative", args=[initiative.pk])),
    ]


def reperes(protocole):
    """Ce que la page d'un geste sur un protocole dit d'où l'on est; elle y revient."""
    initiative, retour = protocole.initiative, adresse(protocole)
    return {
        "protocole": protocole,
        "initiative": initiative,
        "objet_en_mots": str(initiative),
        "chapeau": en_phrase(f"{initiative.numero}, {initiative.organisme}"),
        "mention": "Montants fictifs" if initiative.montants_fictifs else "",
        "etapes": [*etapes_de(initiative), ("Protocole", retour)],
        "retour": retour,
        "revenir": "Revenir au protocole",
    }


def pages_de(protocole):
    """[(nom, libellé, adresse)]; le suivi commence à la transmission, les versements à la signature."""
    pages = [("protocole", "Le protocole", adresse(protocole))]
    if protocole.etat in LUS_DE_L_ORGANISME:
        pages.append(("suivi", "Le suivi", adresse(protocole, "suivi")))
    if protocole.etat in SIGNES:
        pages.append(("versements", "Les versements", adresse(protocole, "etat_des_versements")))
    return pages


def onglets_de(protocole):
    """Les pages de son initiative, et les siennes."""
    return onglets(protocole.initiative, pages_de(protocole))
