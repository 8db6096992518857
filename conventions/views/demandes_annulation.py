"""Défaire à deux : la demande d'annulation d'un mouvement ou de réouverture d'un exercice, et la réponse."""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from conventions.forms.enveloppes import RaisonForm
from conventions.models import DemandeAnnulation, Ecriture
from conventions.models.demandes_annulation import droits_de
from conventions.notifications.annulations import annoncer_annulation
from conventions.permissions import peut
from conventions.views import exercices, gestes
from conventions.views.ecritures import image
from conventions.views.exercices import exercice_de
from conventions.views.gestes import convention_visible
from socle.pages.gestes import donnees_de, page_de_geste

RELATIONS = ("convention__alliance", "exercice__convention", "demandee_par", "decidee_par")


def demande(request, pk, mouvement):
    """Demander de défaire un mouvement, après avoir vu ses lignes et dit pourquoi."""
    convention = convention_visible(request, pk)
    lignes = list(Ecriture.objects.du_mouvement(mouvement).filter(convention=convention).order_by("rang"))
    if not lignes:
        raise Http404
    livre, communs = reverse("conventions:grand_livre", args=[pk]), gestes.reperes(convention)
    return page_de_geste(
        request,
        partial(DemandeAnnulation.demander, mouvement),
        refus=peut(request.user, droits_de(lignes[0].nature)[0], convention),
        form=RaisonForm(donnees_de(request)),
        gabarit="conventions/ecritures/annulation_demande.html",
        libelle="Demander l’annulation",
        fait="L’annulation est demandée. Une autre personne doit l’approuver.",
        empechements=DemandeAnnulation.empechements_a_demander(mouvement),
        ensuite=annoncer_annulation,
        annuler=livre,
        titre="Défaire un mouvement",
        lignes=[image(ligne) for ligne in lignes],
        **communs
        | {
            "objet_en_mots": convention.alliance.nom,
            "chapeau": f"{convention.alliance.nom}, convention {convention.numero}.",
            "etapes": [*communs["etapes"], ("Grand livre", livre)],
            "retour": _adresse,
        },
    )


def reouverture(request, pk, an):
    """Demander de rouvrir un exercice clos."""
    convention = convention_visible(request, pk)
    exercice = exercice_de(convention, an)
    exercice.convention = convention
    communs = exercices.reperes(convention, an)
    return page_de_geste(
        request,
        partial(DemandeAnnulation.demander_la_reouverture, exercice),
        refus=peut(request.user, "rouvrir-exercice", convention),
        form=RaisonForm(donnees_de(request)),
        gabarit="conventions/enveloppes/reouverture.html",
        libelle="Demander la réouverture",
        fait="La réouverture est demandée. Une autre personne doit l’approuver.",
        empechements=DemandeAnnulation.empechements_a_demander_la_reouverture(exercice),
        ensuite=annoncer_annulation,
        annuler=communs["retour"],
        titre=f"Rouvrir l’exercice {exercice}",
        ici="Rouvrir l’exercice",
        clos_le=exercice.clos_le,
        **communs | {"retour": _adresse},
    )


def _adresse(demande):
    return reverse("conventions:annulation", args=[demande.pk])


def _demande(request, pk):
    """La demande que la personne voit; 404 sinon."""
    visibles = DemandeAnnulation.objects.visibles_par(request.user).select_related(*RELATIONS)
    return get_object_or_404(visibles, pk=pk)


def _reperes(demande):
    """Où l'on est, de quoi il s'agit; on revient à la page de la demande."""
    communs, retour = gestes.reperes(demande.convention), _adresse(demande)
    return communs | {
        "demande": demande,
        "objet_en_mots": f"demande {demande.pk}, {demande.convention.alliance.nom}",
        "etapes": [*communs["etapes"], ("Demande", retour)],
        "retour": retour,
        "revenir": "Revenir à la demande",
    }


@require_safe
def annulation(request, pk):
    """Une demande, son motif, sa réponse; ce que la personne peut en faire, ou qui le peut."""
    demande = _demande(request, pk)
    demander, repondre = demande.droits
    refus = peut(request.user, repondre, demande.convention)
    attend = demande.etat == DemandeAnnulation.Etat.DEMANDEE
    return render(
        request,
        "conventions/ecritures/annulation.html",
        gestes.reperes(demande.convention)
        | {
            "demande": demande,
            "ligne": demande.ligne(),
            "lignes": [image(li) for li in Ecriture.objects.du_mouvement(demande.mouvement).order_by("rang")],
            "attend": attend,
            "peut_repondre": refus is None and not demande.empechements_a_decider_par(request.user),
            "phrases": [str(refus)] if refus else demande.empechements_a_decider_par(request.user),
            "peut_retirer": attend and peut(request.user, demander, demande.convention) is None,
        },
    )


def approbation(request, pk):
    annulation = _demande(request, pk)
    return page_de_geste(
        request,
        annulation.approuver,
        refus=peut(request.user, annulation.droits[1], annulation.convention),
        gabarit="conventions/ecritures/annulation_approbation.html",
        libelle="Approuver la demande",
        fait="La demande est approuvée et inscrite.",
        empechements=annulation.empechements_a_approuver_par(request.user),
        ensuite=annoncer_annulation,
        danger=True,
        **_reperes(annulation),
    )


def refus(request, pk):
    annulation = _demande(request, pk)
    return page_de_geste(
        request,
        annulation.refuser,
        refus=peut(request.user, annulation.droits[1], annulation.convention),
        form=RaisonForm(donnees_de(request)),
        gabarit="conventions/ecritures/annulation_refus.html",
        libelle="Refuser la demande",
        fait="La demande est refusée.",
        empechements=annulation.empechements_a_decider_par(request.user),
        ensuite=annoncer_annulation,
        **_reperes(annulation),
    )


def retrait(request, pk):
    annulation = _demande(request, pk)
    return page_de_geste(
        request,
        annulation.retirer,
        refus=peut(request.user, annulation.droits[0], annulation.convention),
        gabarit="conventions/ecritures/annulation_retrait.html",
        libelle="Retirer la demande",
        fait="La demande est retirée.",
        empechements=annulation.empechements_a_decider(),
        ensuite=annoncer_annulation,
        **_reperes(annulation),
    )
