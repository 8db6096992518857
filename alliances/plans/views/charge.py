"""Confier le dossier d'un plan à qui l'analyse pour l'État."""

from django.urls import reverse
from django.views.decorators.http import require_http_methods

from alliances.forms.charge import ChargeForm
from alliances.plans.notifications import annoncer_plan_confie
from alliances.plans.permissions import peut_confier
from alliances.plans.views.dossier import plan_visible
from socle.pages.gestes import donnees_de, page_de_geste


@require_http_methods(["GET", "HEAD", "POST"])
def charge(request, pk):
    plan = plan_visible(request, pk)
    retour = reverse("plans:dossier", args=[pk])
    return page_de_geste(
        request,
        plan.confier,
        refus=peut_confier(request.user, plan),
        form=ChargeForm(donnees_de(request), dossier=plan),
        ensuite=annoncer_plan_confie,
        libelle="Confier le dossier",
        fait=lambda confie: confie.charge,
        objet_en_mots=plan.alliance.nom,
        chapeau=f"{plan}. {plan.charge}",
        etapes=[("Plans d’action", reverse("plans:liste")), (plan.alliance.nom, retour)],
        retour=retour,
    )
