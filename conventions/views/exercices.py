"""La porte des pages d'un exercice : le trouver, et ce que montre la page de tout geste posé sur lui."""

from urllib.parse import urlencode

from django.shortcuts import get_list_or_404, get_object_or_404
from django.urls import reverse

from conventions.models import Enveloppe
from conventions.views import gestes
from socle.valeurs.exercice import Exercice


def exercice_de(convention, an):
    """L'exercice de cette convention; 404 s'il n'en est pas."""
    return get_object_or_404(convention.exercices.all(), an=an)


def arbre_de(convention, an):
    """Les enveloppes d'un exercice, avec leurs soldes; 404 si rien n'est ouvert."""
    return get_list_or_404(Enveloppe.objects.de_l_arbre(convention, an).avec_soldes())


def page_de_l_exercice(convention, an):
    """L'adresse des enveloppes d'un exercice."""
    return f"{reverse('conventions:enveloppes', args=[convention.pk])}?{urlencode({'exercice': an})}"


def reperes(convention, an):
    """Ce que toute page d'un exercice montre : où l'on est, de quoi il s'agit, où revenir."""
    retour, communs = page_de_l_exercice(convention, an), gestes.reperes(convention)
    alliance = convention.alliance
    return communs | {
        "an": an,
        "exercice": Exercice(an),
        "objet_en_mots": alliance.nom,
        "chapeau": f"{alliance.nom}, convention {convention.numero}.",
        "etapes": [*communs["etapes"], ("Enveloppes", retour)],
        "retour": retour,
        "revenir": "Revenir aux enveloppes",
    }
