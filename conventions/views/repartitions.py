"""Répartir un exercice : le tableau et son aide au calcul, l'adoption, et ce qui a été adopté."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from conventions.forms.repartitions import AdoptionRepartitionForm, RepartitionForm, indices_de
from conventions.models import Repartition
from conventions.models.arbres import empechements_a_repartir
from conventions.models.repartitions import a_repartir, enveloppes_a_servir
from conventions.permissions import peut
from conventions.regles import repartition as regles
from conventions.views.exercices import accomplir, arbre_de, page_de_l_exercice, reperes
from conventions.views.gestes import convention_visible
from socle.acces import exiger
from socle.erreurs import ErreurDuDomaine, VersionPerimee
from socle.pages.gestes import donnees_de


def repartition(request, pk, an):
    """Le tableau : enregistrer le brouillon, ou calculer d'abord les enveloppes cochées."""
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "repartir", convention))
    arbre = arbre_de(convention, an)
    servies, total = enveloppes_a_servir(arbre), a_repartir(arbre)
    brouillon = Repartition.brouillon(convention, an)
    form = RepartitionForm(donnees_de(request), enveloppes=servies, brouillon=brouillon, total=total)
    if request.method == "POST" and form.is_valid():
        calcule = "calculer" not in request.POST or form.calculer()
        if calcule and _enregistrer(request, form, convention, an):
            return redirect("conventions:repartition", pk=pk, an=an)
    lues = brouillon.lignes_de_regle(brouillon.lues(arbre)) if brouillon else []
    return render(
        request,
        "conventions/enveloppes/repartition.html",
        reperes(convention, an)
        | {
            "form": form,
            "total": total,
            "reste": regles.ecart(lues, total),
            "brouillon": brouillon,
            "sans_indice": _sans_indice(servies),
            "empechements": empechements_a_repartir(convention, an),
            "peut_adopter": peut(request.user, "adopter-repartition", convention) is None,
        },
        status=409 if getattr(form, "conflit", False) else 200,
    )


def _enregistrer(request, form, convention, an):
    """Garde le brouillon. Un conflit ou un empêchement se dit sur le formulaire, et rien de tapé ne se perd."""
    donnees = form.cleaned_data
    try:
        brouillon = Repartition.enregistrer(
            convention,
            an,
            form.lignes(),
            methode=donnees["methode"],
            revision=donnees["revision"],
            par=request.user,
        )
    except VersionPerimee as refus:
        actuel = Repartition.brouillon(convention, an)
        form.add_error(None, f"{refus} Pour faire prévaloir vos montants, enregistrez de nouveau.")
        form.garder(actuel.revision if actuel else 0)
        form.conflit = True
        return None
    except ErreurDuDomaine as refus:
        form.add_error(None, str(refus))
        return None
    messages.success(request, "Le brouillon de la répartition est enregistré.")
    return brouillon


def _sans_indice(enveloppes):
    """Les territoires dont aucun indice n'est inscrit au service : leurs clés sont à taper."""
    inscrits = indices_de(enveloppes)
    return [str(e) for e in enveloppes if e.territoire_id and e.territoire_id not in inscrits]


def adoption(request, pk, an):
    """Avant et après, ce qui empêche, ce dont on avertit, puis la résolution."""
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "adopter-repartition", convention))
    arbre = arbre_de(convention, an)
    brouillon = Repartition.brouillon(convention, an)
    if brouillon is None:  # déjà adoptée, ou rien de préparé : la page de l'exercice le dit
        return redirect(page_de_l_exercice(convention, an))
    brouillon.convention = convention
    form = AdoptionRepartitionForm(donnees_de(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        accomplir(
            request, brouillon.adopter, fait="La répartition est adoptée et inscrite.", **form.cleaned_data
        )
        return redirect(page_de_l_exercice(convention, an))
    lues = [(e, ligne) for e, ligne in brouillon.lues(arbre) if ligne]
    return render(
        request,
        "conventions/enveloppes/adoption.html",
        reperes(convention, an)
        | {
            "form": form,
            "lignes": [(e, e.solde.alloue, li.montant, li.montant - e.solde.alloue) for e, li in lues],
            "total": a_repartir(arbre),
            "empechements": brouillon.empechements_a_adopter(arbre),
            "avertissements": brouillon.avertissements(arbre),
        },
    )


@require_safe
def adoptee(request, pk):
    """Une répartition adoptée : sa résolution, ses montants, ce qu'elle a changé."""
    visibles = Repartition.objects.visibles_par(request.user)
    relations = ("convention__alliance", "adoptee_par", "piece")
    repartition = get_object_or_404(visibles.select_related(*relations), pk=pk)
    lignes = repartition.lignes.select_related("enveloppe__territoire")
    return render(
        request,
        "conventions/enveloppes/adoptee.html",
        reperes(repartition.convention, repartition.an) | {"repartition": repartition, "lignes": lignes},
    )
