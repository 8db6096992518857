"""Ajuster l'échéancier d'une convention en préparation, et inscrire une récupération."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from conventions.forms.echeancier import Lignes, ReglagesForm
from conventions.forms.versements import RecuperationForm
from conventions.models import EcheanceVersement, Recuperation
from conventions.models.echeanciers import montants_de
from conventions.permissions import peut
from conventions.views.gestes import convention_visible
from socle.acces import Refus, exiger
from socle.erreurs import ErreurDuDomaine
from socle.pages.gestes import phrases
from socle.valeurs.argent import ZERO
from socle.valeurs.exercice import Exercice

LIGNES_DE_PLUS = 2


@require_http_methods(["GET", "HEAD", "POST"])
def echeancier(request, pk):
    """Le tableau des versements prévus; il donne toujours la somme de chaque exercice."""
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "etablir-echeancier", convention))
    if convention.etat != convention.Etat.PREPARATION:
        exiger(Refus("Une fois la convention transmise, l’échéancier ne change que par un avenant."))
    montants = montants_de(convention)
    reglages = ReglagesForm(
        request.GET if "premier" in request.GET else None, initial={"retenue": convention.retenue or 0}
    )
    refus = []
    if request.method == "POST":
        lignes = Lignes(request.POST, prefix="l", form_kwargs={"exercices": sorted(montants)})
        if lignes.is_valid():
            refus = _etablir(request, convention, lignes)
            if not refus:
                return redirect("conventions:versements", pk)
    else:
        lignes = _proposees(convention, reglages, montants)
    prevus = [(Exercice(an), montant) for an, montant in sorted(montants.items())]
    return render(
        request,
        "conventions/versements/echeancier.html",
        {
            "convention": convention,
            "alliance": convention.alliance,
            "reglages": reglages,
            "lignes": lignes,
            "montants": prevus,
            "refus": refus,
            "vu": request.POST.get("vu") or EcheanceVersement.vu(convention),
            "url_annuler": reverse("conventions:versements", args=[pk]),
        },
    )


def _etablir(request, convention, lignes):
    """Les phrases du refus, ou rien une fois l'échéancier établi."""
    vu = request.POST.get("vu", "")
    try:
        EcheanceVersement.etablir(convention, lignes.prevus(), par=request.user, vu=vu)
    except ErreurDuDomaine as refus:
        return phrases(refus)
    messages.success(request, "L’échéancier est établi.")
    return []


def _proposees(convention, reglages, montants):
    """Le tableau à ajuster : la proposition demandée, sinon l'échéancier actuel, sinon les défauts."""
    if reglages.is_bound and reglages.is_valid():
        prevus = EcheanceVersement.proposition(convention, reglages.reglages())
    else:
        prevus = EcheanceVersement.en_prevus(convention) or EcheanceVersement.proposition(convention)
    initial = [vars(prevu) for prevu in prevus]
    lignes = Lignes(initial=initial, prefix="l", form_kwargs={"exercices": sorted(montants)})
    lignes.extra = LIGNES_DE_PLUS
    return lignes


@require_http_methods(["GET", "HEAD", "POST"])
def recuperation(request, pk):
    """Inscrire une somme non dépensée que le partenaire a rendue."""
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "recuperer", convention))
    if not convention.est_signee:
        exiger(Refus("La convention n’est pas signée : rien n’a été versé."))
    form = RecuperationForm(
        request.POST if request.method == "POST" else None, exercices=sorted(montants_de(convention))
    )
    if request.method == "POST" and form.is_valid():
        try:
            Recuperation.inscrire(convention, par=request.user, **form.cleaned_data)
        except ErreurDuDomaine as refus:
            for phrase in phrases(refus):
                form.add_error(None, phrase)
        else:
            messages.success(request, "La récupération est inscrite au grand livre.")
            return redirect("conventions:versements", pk)
    return render(
        request,
        "conventions/versements/recuperation.html",
        {
            "convention": convention,
            "alliance": convention.alliance,
            "form": form,
            "recus": _recus(convention),
            "libelle_action": "Inscrire la récupération",
            "url_annuler": reverse("conventions:versements", args=[pk]),
        },
    )


def _recus(convention):
    """[(exercice, dollars reçus)] d'après les soldes; une requête."""
    racines = convention.enveloppes.filter(volet="exercice").avec_soldes().order_by("an")
    return [(racine.exercice, racine.solde.recu or ZERO) for racine in racines]
