"""Répartir un exercice : le tableau et son aide au calcul, l'adoption, et ce qui a été adopté."""

from functools import partial

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.repartitions import AdoptionRepartitionForm, RepartitionForm
from conventions.models import LigneRepartition, Repartition
from conventions.models.arbres import empechements_a_repartir
from conventions.models.repartitions import a_repartir, enveloppes_a_servir
from conventions.permissions import peut
from conventions.views.defaites import defaite_de
from conventions.views.exercices import arbre_de, page_de_l_exercice, reperes
from conventions.views.gestes import convention_visible
from socle.acces import exiger
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.valeurs.exercice import Exercice


def repartition(request, pk, an):
    """Le tableau : enregistrer le brouillon, ou calculer d'abord les enveloppes cochées."""
    convention = convention_visible(request, pk)
    arbre = arbre_de(convention, an)
    servies, total = enveloppes_a_servir(arbre), a_repartir(arbre)
    brouillon, precedente = Repartition.brouillon(convention, an), Repartition.precedente(convention, an)
    reprise = precedente if "reprendre" in request.GET else None
    form = RepartitionForm(
        donnees_de(request), enveloppes=servies, brouillon=brouillon, total=total, modele=reprise
    )
    communs = reperes(convention, an)
    return page_de_geste(
        request,
        partial(Repartition.enregistrer, convention, an),
        refus=peut(request.user, "repartir", convention),
        form=form,
        gabarit="conventions/enveloppes/repartition.html",
        libelle="Enregistrer le brouillon",
        fait="Le brouillon de la répartition est enregistré.",
        empechements=empechements_a_repartir(convention, an),
        annuler=communs["retour"],
        titre=f"Répartir l’exercice {Exercice(an)}",
        ici="Répartition",
        empeche="L’exercice ne se répartit pas",
        total=total,
        brouillon=brouillon,
        precedente=precedente,
        reprise=reprise,
        faits=_faits_du_service(servies),
        peut_adopter=peut(request.user, "adopter-repartition", convention) is None,
        **communs | {"retour": reverse("conventions:repartition", args=[pk, an])},
    )


def _faits_du_service(enveloppes):
    """(méthode, provenances, territoires qui n'en ont pas) de chaque méthode dont les clés sont des faits."""
    locales = [e for e in enveloppes if e.territoire_id]
    faits = Repartition.faits_du_service(locales) if locales else {}
    return [
        (
            methode.label,
            list(dict.fromkeys(fait.provenance for (indice, _), fait in faits.items() if indice == methode)),
            [str(e) for e in locales if (methode, e.territoire_id) not in faits],
        )
        for methode in (Repartition.DONNEES if locales else ())
    ]


def adoption(request, pk, an):
    """Avant et après, ce qui empêche, ce dont on avertit, puis la résolution."""
    convention = convention_visible(request, pk)
    exiger(refus := peut(request.user, "adopter-repartition", convention))
    arbre = arbre_de(convention, an)
    brouillon = Repartition.brouillon(convention, an)
    if brouillon is None:  # déjà adoptée, ou rien de préparé : la page de l'exercice le dit
        return redirect(page_de_l_exercice(convention, an))
    brouillon.convention = convention
    lues, total = [(e, ligne) for e, ligne in brouillon.lues(arbre) if ligne], a_repartir(arbre)
    return page_de_geste(
        request,
        brouillon.adopter,
        refus=refus,
        form=AdoptionRepartitionForm(*envoye(request), acte=brouillon),
        gabarit="conventions/enveloppes/adoption.html",
        libelle="Adopter la répartition",
        fait="La répartition est adoptée et inscrite.",
        empechements=brouillon.empechements_a_adopter(arbre),
        titre=f"Adopter la répartition {Exercice(an)}",
        ici="Adopter la répartition",
        empeche="La répartition ne peut pas s’adopter",
        lignes=[
            (e, e.solde.alloue, li.montant, li.montant - e.solde.alloue, li.part_de(total)) for e, li in lues
        ],
        total=total,
        repartition=brouillon,
        avertissements=brouillon.avertissements(arbre),
        **reperes(convention, an),
    )


@require_safe
def adoptee(request, pk):
    """Une répartition adoptée : sa résolution, ses montants, ce qu'elle a changé."""
    visibles = Repartition.objects.visibles_par(request.user)
    relations = ("convention__alliance", "adoptee_par", "piece")
    lignes = Prefetch("lignes", LigneRepartition.objects.select_related("enveloppe__territoire"))
    repartition = get_object_or_404(visibles.select_related(*relations).prefetch_related(lignes), pk=pk)
    return render(
        request,
        "conventions/enveloppes/adoptee.html",
        reperes(repartition.convention, repartition.an)
        | {
            "repartition": repartition,
            "defaite": defaite_de(request.user, repartition.convention, repartition.mouvement, "repartition"),
        },
    )
