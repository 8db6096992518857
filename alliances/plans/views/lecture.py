"""Lire un plan : la version entière sur une page, telle que la personne a le droit de la voir."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliances.plans.impression import corps_du_plan
from alliances.plans.permissions import est_de_l_etat, est_membre
from alliances.plans.views.etats import etat_lu
from alliances.plans.views.gestes import version_visible


@require_safe
def lecture(request, pk):
    """Le plan entier : la rédaction en cours pour l'Alliance, le dernier dépôt ou la décision pour les autres."""
    version = version_visible(request, pk)
    membre = est_membre(request.user, version)
    contenu = version.contenu_pour(request.user)
    ouverte = version.plan.version_ouverte() if membre and not version.est_ouverte else None
    return render(
        request,
        "plans/lecture/lecture.html",
        {
            "plan": contenu,
            "corps": corps_du_plan(contenu),
            "version": version,
            "alliance": version.plan.alliance,
            "etat_lu": etat_lu(version, request.user),
            "membre": membre,
            "de_l_etat": est_de_l_etat(request.user, version),
            "modification": ouverte,
            "en_redaction": membre and version.est_en_redaction,
        },
    )
