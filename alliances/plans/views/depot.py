"""Déposer le plan, voir sa confirmation, retirer un dépôt que personne n'a commencé à lire."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliances.models import Role
from alliances.plans import regles
from alliances.plans.forms.gestes import DepotForm
from alliances.plans.permissions import peut
from alliances.plans.views.gestes import accomplir, version_de_l_alliance
from alliances.plans.views.reperes import montrables
from socle.acces import exiger
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de
from socle.valeurs.horloge import aujourd_hui


def depot(request, pk):
    """Dit tout ce qui bloque, avec les liens; quand rien ne bloque, demande la certification."""
    version = version_de_l_alliance(request, pk)
    refus = peut(request.user, "deposer", version)
    form = DepotForm(donnees_de(request), corrections=version.etat == "a_corriger")
    if request.method == "POST":
        exiger(refus)
        if version.etat == "deposee":  # un double clic, ou la page d'avant revenue à l'écran
            return redirect("plans:depot_confirme", pk=pk)
        if form.is_valid() and accomplir(request, version.deposer, certifie=True, evenement="depot"):
            return redirect("plans:depot_confirme", pk=pk)
    contenu = version.contenu()
    constats = regles.constats(contenu, aujourd_hui())
    bloquants = regles.bloquants(constats)
    phrases = {constat.message for constat in bloquants}
    empechements = [p for p in version.empechements_a_deposer(contenu) if p not in phrases]
    return render(
        request,
        "plans/redaction/depot.html",
        {
            "version": version,
            "form": form,
            "refus": refus,
            "empechements": empechements,
            "deja": version.etat not in ("brouillon", "adoptee", "a_corriger"),
            "bloquants": montrables(version, bloquants),
            "autres": regles.decompte(constats),
            "pret": not empechements and not bloquants,
            "autorisees": _personnes_autorisees(version) if refus else [],
        },
    )


def _personnes_autorisees(version):
    """Les noms de celles et ceux qui peuvent déposer ce plan aujourd'hui."""
    mandats = version.plan.alliance.mandats.en_vigueur().filter(role=Role.SIGNATURE)
    return [mandat.utilisateur.nom_complet for mandat in mandats.select_related("utilisateur")]


@require_safe
def confirmation(request, pk):
    """La preuve du dépôt : référence, moment, suite. Elle se relit plus tard."""
    version = version_de_l_alliance(request, pk)
    instantane = version.dernier_instantane("depot")
    if instantane is None:
        raise Http404
    return render(
        request,
        "plans/redaction/depot_confirme.html",
        {
            "version": version,
            "instantane": instantane,
            "reference": instantane.contenu["version"]["reference"],
            "contact": instantane.contenu["contact"],
            "peut_retirer": not version.empechements_a_retirer()
            and peut(request.user, "retirer", version) is None,
        },
    )


def retrait(request, pk):
    version = version_de_l_alliance(request, pk)
    exiger(peut(request.user, "retirer", version))
    form = MotifForm(donnees_de(request), facultatif=True, aide="Services Québec le lira au journal.")
    if request.method == "POST" and form.is_valid():
        if accomplir(request, version.retirer, motif=form.cleaned_data["motif"], evenement="retrait"):
            messages.success(request, "Le dépôt est retiré. Le plan est de nouveau en rédaction.")
        return redirect("plans:tableau", pk=pk)
    return render(
        request,
        "plans/redaction/retrait.html",
        {
            "version": version,
            "form": form,
            "empechements": version.empechements_a_retirer(),
            "libelle_action": "Retirer le dépôt",
            "genre_action": "danger",
            "url_annuler": reverse("plans:tableau", args=[pk]),
        },
    )
