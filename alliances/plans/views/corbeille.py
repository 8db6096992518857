"""Supprimer une carte en sachant ce qui part avec elle; la rétablir pendant trente jours."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from alliances.plans.models.elements import DELAI_D_ANNULATION
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.cartes import FEMININS, MODELES, NOMS, element_de, racine
from alliances.plans.views.gestes import reperes, version_de_l_alliance
from alliances.plans.views.reperes import trouver
from socle.acces import exiger
from socle.pages.gestes import page_de_geste, poser

PORTES = {"objectifs": "objectif", "moyens": "moyen", "indicateurs": "indicateur"}


def suppression(request, pk, objet, cle):
    """La page de confirmation nomme ce qui part; la suppression se défait."""
    version = version_de_l_alliance(request, pk)
    element = element_de(version, objet, cle, supprimes=request.method == "POST")
    communs, arbre = reperes(version), reverse("plans:priorites", args=[pk])
    return page_de_geste(
        request,
        element.supprimer,
        refus=peut_rediger(request.user, version, racine(element)),
        gabarit="plans/redaction/suppression.html",
        libelle="Supprimer",
        fait=lambda supprime: _dire_supprime(version, objet, supprime),
        empechements=version.empechements_a_modifier(*element.lignee()),
        annuler=f"{arbre}#n-{cle}",
        danger=True,
        titre=f"Supprimer «\xa0{element}\xa0»?",
        ici="Suppression",
        empeche="Rien ne se modifie ici maintenant",
        element=element,
        noeud=trouver(version, version.contenu(), cle),
        nom=NOMS[objet][1],
        porte=[_accorder(n, PORTES[nom]) for nom, n in element.decompte_porte().items()],
        **communs
        | {"etapes": [*communs["etapes"], ("Priorités", arbre)], "retour": arbre, "revenir": "Revenir"},
    )


def _dire_supprime(version, objet, element):
    """Le message, et le bouton qui défait le geste : il s'envoie par le formulaire `gestes` de l'arbre."""
    return format_html(
        '{}; vous avez trente jours pour {} rétablir. <button class="lien" form="gestes" formaction="{}">'
        "Annuler la suppression</button>",
        _dire(objet, element, "supprimé"),
        "la" if objet in FEMININS else "le",
        reverse("plans:retablissement", args=[version.pk, objet, element.cle]),
    )


def _dire(objet, element, participe):
    """« La priorité « Se nourrir » est supprimée »."""
    accord = "e" if objet in FEMININS else ""
    return f"{NOMS[objet][1]} «\xa0{element}\xa0» est {participe}{accord}"


def _accorder(nombre, nom):
    return f"{nombre} {nom}{'s' if nombre > 1 else ''}"


@require_safe
def corbeille(request, pk):
    """Ce qui a été supprimé depuis moins de trente jours et peut revenir à sa place."""
    version = version_de_l_alliance(request, pk)
    supprimes = []
    for objet, modele in MODELES.items():
        elements = modele.objects.a_retablir().filter(**{modele.CHEMIN_VERSION: version})
        supprimes += [
            {
                "objet": objet,
                "element": element,
                "genre": NOMS[objet][1],
                "fin": element.supprime_le + DELAI_D_ANNULATION,
            }
            for element in elements.select_related(modele.CHEMIN_VERSION, "supprime_par")
        ]
    supprimes.sort(key=lambda ligne: ligne["element"].supprime_le, reverse=True)
    return render(
        request,
        "plans/redaction/corbeille.html",
        {"version": version, "supprimes": supprimes, "ouverte": version.est_en_redaction},
    )


@require_POST
def retablissement(request, pk, objet, cle):
    version = version_de_l_alliance(request, pk)
    element = element_de(version, objet, cle, supprimes=True)
    exiger(peut_rediger(request.user, version, racine(element)))
    if poser(request, element.retablir) is None:
        return redirect("plans:corbeille", pk=pk)
    messages.success(request, f"{_dire(objet, element, 'rétabli')}, à sa place.")
    return redirect(f"{reverse('plans:priorites', args=[pk])}#n-{cle}")
