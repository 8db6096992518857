"""Les transferts d'une convention : la liste, la demande, la réponse."""

from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.enveloppes import RaisonForm
from conventions.forms.liste import FiltresDesTransferts
from conventions.forms.transferts import TransfertForm
from conventions.models import Transfert
from conventions.models.arbres import empechements_a_repartir
from conventions.notifications.transferts import diffuser_transfert
from conventions.permissions import peut
from conventions.views.exercices import accomplir, exercice_de, reperes
from conventions.views.gestes import convention_visible
from socle.acces import exiger
from socle.pages.colonnes import ColonneEtat, ColonneJour, ColonneLien, ColonneMontant, ColonneTexte
from socle.pages.gestes import donnees_de
from socle.pages.listes import Tableau, page_de_liste
from socle.texte.pastilles import Pastille
from socle.valeurs.horloge import jour_de

RELATIONS = ("convention__alliance__cycle", "de__territoire", "vers__territoire", "demande_par", "decide_par")


GENRES = {"demande": "encours", "approuve": "bien", "refuse": "neutre", "retire": "neutre"}


class TableauDesTransferts(Tableau):
    titre, nom, tri = "Transferts", "transfert", ""
    vide = "Un transfert se demande depuis les enveloppes d’un exercice."

    demande = ColonneLien(
        "Demandé le", lambda t: jour_de(t.demande_le), vers="conventions:transfert", tri="demande_le"
    )
    exercice = ColonneTexte(tri="an")
    de = ColonneTexte()
    vers = ColonneTexte()
    montant = ColonneMontant(tri="montant")
    etat = ColonneEtat("État", lambda t: Pastille(t.get_etat_display(), GENRES[t.etat]), tri="etat")
    par = ColonneTexte("Demandé par", "demande_par__nom_complet", cachee=True)
    motif = ColonneTexte(cachee=True)
    decide = ColonneJour("Décidé le", "decide_le", cachee=True)

    def lire(self, transferts):
        return transferts.select_related(*RELATIONS)


@require_safe
def liste(request, pk):
    """Ceux qui attendent une réponse, puis les derniers décidés."""
    convention = convention_visible(request, pk)
    transferts = Transfert.objects.visibles_par(request.user).filter(convention=convention)
    return page_de_liste(
        request,
        TableauDesTransferts,
        FiltresDesTransferts,
        transferts.order_by(F("decide_le").desc(nulls_first=True), "-demande_le", "-pk"),
        gabarit="conventions/transferts/liste.html",
        convention=convention,
    )


def demande(request, pk, an):
    convention = convention_visible(request, pk)
    exiger(peut(request.user, "demander-transfert", convention))
    exercice_de(convention, an)
    form = TransfertForm(donnees_de(request), convention=convention, an=an, utilisateur=request.user)
    if request.method == "POST" and form.is_valid():
        transfert = accomplir(
            request,
            Transfert.demander,
            form=form,
            annoncer=diffuser_transfert,
            fait="Le transfert est demandé. Une personne autorisée à signer doit l’approuver.",
            **form.cleaned_data,
        )
        if transfert:
            return redirect("conventions:transfert", pk=transfert.pk)
    contexte = {"form": form, "empechements": empechements_a_repartir(convention, an)}
    return render(request, "conventions/transferts/demande.html", reperes(convention, an) | contexte)


def _transfert(request, pk, geste=None):
    """Le transfert que la personne voit (404 sinon), si elle peut ce geste (403 sinon)."""
    visibles = Transfert.objects.visibles_par(request.user).select_related(*RELATIONS)
    transfert = get_object_or_404(visibles, pk=pk)
    if geste:
        exiger(peut(request.user, geste, transfert.convention))
    return transfert


@require_safe
def transfert(request, pk):
    """Un transfert, son motif, sa réponse; ce que la personne peut en faire, ou qui le peut."""
    transfert = _transfert(request, pk)
    refus = peut(request.user, "approuver-transfert", transfert.convention)
    return render(
        request,
        "conventions/transferts/transfert.html",
        reperes(transfert.convention, transfert.an)
        | {
            "transfert": transfert,
            "attend": transfert.etat == Transfert.Etat.DEMANDE,
            "peut_repondre": refus is None and not transfert.empechements_a_decider_par(request.user),
            "refus": refus,
            "empechements": transfert.empechements_a_decider_par(request.user) if refus is None else [],
            "peut_retirer": peut(request.user, "retirer-transfert", transfert.convention) is None,
        },
    )


def _confirmer(request, transfert, gabarit, *, libelle, empechements, genre="", form=None):
    retour = reverse("conventions:transfert", args=[transfert.pk])
    contexte = {
        "transfert": transfert,
        "form": form,
        "empechements": empechements,
        "libelle_action": libelle,
        "genre_action": genre,
        "url_annuler": retour,
    }
    return render(
        request,
        f"conventions/transferts/{gabarit}.html",
        reperes(transfert.convention, transfert.an) | contexte,
    )


def approbation(request, pk):
    transfert = _transfert(request, pk, "approuver-transfert")
    if request.method == "POST":
        fait = "Le transfert est approuvé et inscrit au grand livre."
        accomplir(request, transfert.approuver, annoncer=diffuser_transfert, fait=fait)
        return redirect("conventions:transfert", pk=pk)
    empechements = transfert.empechements_a_decider_par(request.user) or transfert.empechements_a_approuver()
    return _confirmer(
        request, transfert, "approbation", libelle="Approuver le transfert", empechements=empechements
    )


def refus(request, pk):
    transfert = _transfert(request, pk, "refuser-transfert")
    form = RaisonForm(donnees_de(request))
    if request.method == "POST" and form.is_valid():
        accomplir(
            request,
            transfert.refuser,
            annoncer=diffuser_transfert,
            motif=form.cleaned_data["motif"],
            fait="Le transfert est refusé.",
        )
        return redirect("conventions:transfert", pk=pk)
    return _confirmer(
        request,
        transfert,
        "refus",
        libelle="Refuser le transfert",
        genre="danger",
        empechements=transfert.empechements_a_decider_par(request.user),
        form=form,
    )


def retrait(request, pk):
    transfert = _transfert(request, pk, "retirer-transfert")
    if request.method == "POST":
        fait = "La demande de transfert est retirée."
        accomplir(request, transfert.retirer, annoncer=diffuser_transfert, fait=fait)
        return redirect("conventions:transfert", pk=pk)
    return _confirmer(
        request,
        transfert,
        "retrait",
        libelle="Retirer la demande",
        genre="danger",
        empechements=transfert.empechements_a_decider(),
    )
