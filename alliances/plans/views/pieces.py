"""Les pièces d'une version : sa résolution d'adoption et ses annexes, qui se joignent, se retirent, se rétablissent."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from alliances.plans.forms.gestes import AnnexeForm
from alliances.plans.models import PiecePlan
from alliances.plans.models.elements import DELAI_D_ANNULATION
from alliances.plans.permissions import peut_rediger
from alliances.plans.views.gestes import reperes, suites, version_de_l_alliance
from socle.acces import exiger
from socle.pages.gestes import envoye, page_de_geste, poser


def pieces(request, pk):
    version = version_de_l_alliance(request, pk)
    refus = peut_rediger(request.user, version)
    ferme = [str(refus)] if refus else version.empechements_a_joindre()
    jointes = version.pieces.jointes().select_related("televersee_par")
    retirees = version.pieces.a_retablir().order_by("-retiree_le").select_related("retiree_par")
    communs = reperes(version)
    return page_de_geste(
        request,
        version.joindre,
        refus=refus if request.method == "POST" else None,
        form=AnnexeForm(*envoye(request)),
        gabarit="plans/redaction/pieces.html",
        libelle="Joindre",
        fait="L’annexe est jointe au plan.",
        ensuite=suites,
        annuler=communs["retour"],
        titre="Résolution et annexes",
        annulation="Revenir au plan",
        ferme=ferme,
        groupes=[
            ("Résolution d’adoption", [_ligne(p, False) for p in jointes if p.usage == "resolution"]),
            ("Annexes", [_ligne(p, not ferme) for p in jointes if p.usage == "annexe"]),
        ],
        retirees=[] if ferme else [(p, p.retiree_le + DELAI_D_ANNULATION) for p in retirees],
        **communs | {"retour": _retour(version)},
    )


def _retour(version):
    return reverse("plans:pieces", args=[version.pk])


def _ligne(piece, retirable):
    """Une pièce, dans la forme du composant de page."""
    return {
        "nom": piece.nom,
        "url": reverse("plans:piece", args=[piece.pk]),
        "taille": piece.taille,
        "type": piece.type_mime,
        "empreinte": piece.sha256,
        "par": piece.televersee_par.nom_court,
        "le": piece.televersee_le,
        "marque": piece.reprise_de and f"Reprise de {piece.reprise_de}",
        "url_retrait": retirable and reverse("plans:annexe_retrait", args=[piece.version_id, piece.pk]),
    }


def _annexe(request, pk, numero):
    """La version et une de ses annexes, pour qui peut écrire la version; 404 pour une résolution."""
    version = version_de_l_alliance(request, pk)
    annexe = get_object_or_404(version.pieces, pk=numero, usage=PiecePlan.Usage.ANNEXE)
    exiger(peut_rediger(request.user, version))
    return version, annexe


def retrait(request, pk, numero):
    """La page de confirmation nomme le fichier; le retrait se défait pendant trente jours."""
    version, annexe = _annexe(request, pk, numero)
    communs, retour = reperes(version), _retour(version)
    nom = f"«\xa0{annexe.nom}\xa0»"
    return page_de_geste(
        request,
        partial(version.retirer_annexe, annexe),
        refus=None,
        gabarit="plans/redaction/annexe_retrait.html",
        libelle="Retirer l’annexe",
        fait=f"{nom} n’est plus jointe au plan. Vous pouvez la rétablir pendant trente jours.",
        empechements=version.empechements_a_joindre(),
        ensuite=suites,
        danger=True,
        titre=f"Retirer {nom}?",
        ici="Retrait",
        empeche="Cette annexe ne peut pas être retirée",
        annexe=annexe,
        **communs
        | {
            "etapes": [*communs["etapes"], ("Résolution et annexes", retour)],
            "retour": retour,
            "revenir": "Revenir",
        },
    )


@require_POST
def retablissement(request, pk, numero):
    version, annexe = _annexe(request, pk, numero)
    if poser(request, version.retablir_annexe, annexe, ensuite=suites):
        messages.success(request, f"«\xa0{annexe.nom}\xa0» est de nouveau jointe au plan.")
    return redirect("plans:pieces", pk=pk)
