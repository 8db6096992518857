"""Ouvrir le plan d'une Alliance, ou une modification de la version en vigueur."""

from functools import partial

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from alliances.models import Alliance, Role
from alliances.plans.models import PlanAction
from alliances.plans.models.plans import empechements_a_ouvrir
from alliances.plans.permissions import peut
from alliances.plans.views.gestes import reperes, suites, version_de_l_alliance
from socle.acces import Refus
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, page_de_geste


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
    return page_de_geste(
        request,
        partial(PlanAction.ouvrir, alliance),
        refus=peut_ouvrir(request.user, alliance),
        gabarit="plans/redaction/ouverture.html",
        libelle="Ouvrir le plan",
        fait="Le plan est ouvert. Commencez par la section de votre choix.",
        retour=_premiere_version,
        annuler="/",
        titre="Ouvrir le plan d’action",
        objet_en_mots="",
        etapes=[],
        alliance=alliance,
    )


def _premiere_version(plan):
    return reverse("plans:tableau", args=[plan.versions.order_by("numero").first().pk])


def modification(request, pk):
    """Une version suivante, avec son motif; la version approuvée reste en vigueur pendant ce temps."""
    version = version_de_l_alliance(request, pk)
    communs = reperes(version)
    return page_de_geste(
        request,
        version.ouvrir_modification,
        refus=peut(request.user, "ouvrir-modification", version),
        form=MotifForm(
            donnees_de(request),
            libelle="Pourquoi modifier le plan?",
            aide="Par exemple\xa0: une priorité s’ajoute après la consultation de l’automne 2026.",
        ),
        gabarit="plans/redaction/modification.html",
        libelle="Ouvrir la modification",
        fait="",
        empechements=version.empechements_a_ouvrir_modification(),
        ensuite=partial(suites, evenement="modification"),
        annuler=communs["retour"],
        titre="Modifier le plan en vigueur",
        ici="Modification",
        empeche="Une modification ne peut pas s’ouvrir",
        ouverte=version.plan.version_ouverte(),
        **communs | {"retour": lambda suivante: reperes(suivante)["retour"]},
    )
