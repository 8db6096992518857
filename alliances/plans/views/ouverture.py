"""Ouvrir le plan d'une Alliance, ou une modification de la version en vigueur."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from alliances.models import Alliance, Role
from alliances.plans.models import PlanAction
from alliances.plans.models.plans import empechements_a_ouvrir
from alliances.plans.permissions import peut
from alliances.plans.views.gestes import accomplir, version_de_l_alliance
from socle.acces import Refus, exiger
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, poser


def peut_ouvrir(utilisateur, alliance):
    """La coordination ouvre le plan de son Alliance, si le cycle a un canevas."""
    if Role.COORDINATION not in alliance.roles_de(utilisateur):
        return Refus("L’ouverture du plan revient à la coordination de la Table.")
    empechements = empechements_a_ouvrir(alliance)
    return Refus(" ".join(empechements)) if empechements else None


def ouverture(request, slug):
    """Crée la version 1, vide; si le plan existe déjà, y mène."""
    alliances = Alliance.objects.visibles_par(request.user).select_related("cycle")
    alliance = get_object_or_404(alliances, slug=slug)
    plan = PlanAction.objects.visibles_par(request.user).filter(alliance=alliance).first()
    if plan:
        return redirect("plans:tableau", pk=plan.versions.order_by("-numero").first().pk)
    exiger(peut_ouvrir(request.user, alliance))
    if request.method == "POST":
        plan = poser(request, PlanAction.ouvrir, alliance)
        if plan is None:
            return redirect("alliances:fiche", slug=slug)
        version = plan.versions.order_by("numero").first()
        messages.success(request, "Le plan est ouvert. Commencez par la section de votre choix.")
        return redirect("plans:tableau", pk=version.pk)
    return render(
        request,
        "plans/redaction/ouverture.html",
        {
            "alliance": alliance,
            "form": None,
            "libelle_action": "Ouvrir le plan",
            "genre_action": "",
            "url_annuler": "/",
        },
    )


def modification(request, pk):
    """Une version suivante, avec son motif; la version approuvée reste en vigueur pendant ce temps."""
    version = version_de_l_alliance(request, pk)
    exiger(peut(request.user, "ouvrir-modification", version))
    form = MotifForm(
        donnees_de(request),
        libelle="Pourquoi modifier le plan?",
        aide="Par exemple\xa0: une priorité s’ajoute après la consultation de l’automne 2026.",
    )
    if request.method == "POST" and form.is_valid():
        suivante = accomplir(
            request, version.ouvrir_modification, motif=form.cleaned_data["motif"], evenement="modification"
        )
        return redirect("plans:tableau", pk=(suivante or version).pk)
    return render(
        request,
        "plans/redaction/modification.html",
        {
            "version": version,
            "form": form,
            "empechements": version.empechements_a_ouvrir_modification(),
            "ouverte": version.plan.version_ouverte(),
            "libelle_action": "Ouvrir la modification",
            "genre_action": "",
            "url_annuler": reverse("plans:tableau", args=[pk]),
        },
    )
