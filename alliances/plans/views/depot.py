"""Déposer le plan, voir sa confirmation, retirer un dépôt que personne n'a commencé à lire."""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Role
from alliances.plans import regles
from alliances.plans.forms.gestes import DepotForm
from alliances.plans.models import VersionPlan
from alliances.plans.permissions import peut
from alliances.plans.tours import AVEC_LE_DELAI, delai_lu
from alliances.plans.views.etats import etat_lu
from alliances.plans.views.gestes import reperes, suites, version_de_l_alliance
from alliances.plans.views.reperes import montrables
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, page_de_geste
from socle.valeurs.horloge import aujourd_hui


def depot(request, pk):
    """Dit tout ce qui bloque, avec les liens; quand rien ne bloque, demande la certification."""
    version = version_de_l_alliance(request, pk)
    refus = peut(request.user, "deposer", version)
    envoi = request.method == "POST"
    if envoi and refus is None and version.etat == "deposee":  # un double clic, ou la page d'avant revenue
        return redirect("plans:depot_confirme", pk=pk)
    contenu = version.contenu()
    constats = regles.constats(contenu, aujourd_hui())
    bloquants = regles.bloquants(constats)
    phrases = {constat.message for constat in bloquants}
    empechements = version.empechements_a_deposer(contenu)
    return page_de_geste(
        request,
        version.deposer,
        refus=refus if envoi else None,
        form=DepotForm(donnees_de(request), version=version),
        gabarit="plans/redaction/depot.html",
        libelle="Déposer le plan",
        fait="",
        empechements=empechements,
        ensuite=partial(suites, evenement="depot"),
        annuler=reverse("plans:depot", args=[pk]),
        ici="Dépôt",
        ne_revient_pas=refus,
        propres=[phrase for phrase in empechements if phrase not in phrases],
        deja=version.etat not in ("brouillon", "adoptee", "a_corriger"),
        bloquants=montrables(version, bloquants),
        autres=regles.decompte(constats),
        autorisees=_personnes_autorisees(version) if refus else [],
        **reperes(version) | {"retour": reverse("plans:depot_confirme", args=[pk])},
    )


def _personnes_autorisees(version):
    """Les noms de celles et ceux qui peuvent déposer ce plan aujourd'hui."""
    mandats = version.plan.alliance.mandats.en_vigueur().filter(role=Role.SIGNATURE)
    return [mandat.utilisateur.nom_complet for mandat in mandats.select_related("utilisateur")]


@require_safe
def confirmation(request, pk):
    """La preuve du dépôt : référence, moment, suite. Elle se relit plus tard."""
    version = version_de_l_alliance(request, pk, VersionPlan.objects.annotate(**AVEC_LE_DELAI))
    instantane = version.dernier_instantane("depot")
    if instantane is None:
        raise Http404
    return render(
        request,
        "plans/redaction/depot_confirme.html",
        {
            "version": version,
            "instantane": instantane,
            "delai": delai_lu(version, aujourd_hui()),
            "tour": etat_lu(version, request.user).tour,
            "reference": instantane.contenu["version"]["reference"],
            "contact": instantane.contenu["contact"],
            "peut_retirer": not version.empechements_a_retirer()
            and peut(request.user, "retirer", version) is None,
        },
    )


def retrait(request, pk):
    version = version_de_l_alliance(request, pk)
    return page_de_geste(
        request,
        version.retirer,
        refus=peut(request.user, "retirer", version),
        form=MotifForm(donnees_de(request), facultatif=True, aide="Services Québec le lira au journal."),
        gabarit="plans/redaction/retrait.html",
        libelle="Retirer le dépôt",
        fait="Le dépôt est retiré. Le plan est de nouveau en rédaction.",
        empechements=version.empechements_a_retirer(),
        ensuite=partial(suites, evenement="retrait"),
        danger=True,
        titre="Retirer le dépôt?",
        ici="Retrait",
        empeche="Le dépôt ne peut pas être retiré",
        **reperes(version),
    )
