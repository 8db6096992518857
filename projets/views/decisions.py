"""Les avis d'un parcours, la décision et le désistement."""

from functools import partial

from django.shortcuts import get_object_or_404

from projets.forms.decisions import AvisDesPersonnesForm, AvisForm, DecisionForm, deja_propose
from projets.models import AvisInitiative, PieceDecision, PropositionDecision, avis, decisions
from projets.notifications.demandes import annoncer_la_decision
from projets.permissions import peut, peut_retirer_l_avis
from projets.regles.lecture import montage_de
from projets.views.reperes import adresse, demande_visible, reperes
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.pages.pieces import telechargement

piece_de_decision = telechargement(PieceDecision)


def page(request, initiative, geste, nom, **options):
    return page_de_geste(
        request,
        geste,
        refus=options.pop("refus", None) or peut(request.user, nom, initiative),
        **reperes(initiative) | {"retour": adresse(initiative, "initiative")} | options,
    )


def avis_rendu(request, pk):
    initiative = demande_visible(request, pk)
    etape = avis.prochaine_etape(initiative)
    return page(
        request,
        initiative,
        partial(avis.rendre, initiative),
        "rendre-avis",
        form=AvisForm(donnees_de(request), vue=avis.vu_des_avis(initiative)),
        gabarit="layout/saisie.html",
        libelle="Inscrire l’avis",
        fait="L’avis est inscrit.",
        empechements=avis.empechements_a_rendre(initiative),
        titre=f"Inscrire l’avis\xa0: {etape.nom}" if etape else "Inscrire un avis",
        ici="Avis",
    )


def avis_des_personnes(request, pk):
    initiative = demande_visible(request, pk)
    return page(
        request,
        initiative,
        partial(avis.entendre, initiative),
        "entendre",
        form=AvisDesPersonnesForm(donnees_de(request), vue=avis.vu_des_avis(initiative, part=True)),
        gabarit="projets/decisions/avis_des_personnes.html",
        libelle="Inscrire leur avis",
        fait="L’avis des personnes est inscrit, à part.",
        empechements=avis.empechements_a_entendre(initiative),
        titre="L’avis des personnes qui ont vécu la pauvreté",
        ici="Avis des personnes",
    )


def avis_retrait(request, pk, numero):
    initiative = demande_visible(request, pk)
    visibles = AvisInitiative.objects.visibles_par(request.user).en_vigueur()
    a_retirer = get_object_or_404(visibles, pk=numero, initiative=initiative)
    a_retirer.initiative = initiative
    return page(
        request,
        initiative,
        partial(avis.retirer, a_retirer),
        "retirer-avis",
        refus=peut_retirer_l_avis(request.user, a_retirer),
        form=MotifForm(donnees_de(request), aide="L’organisme le lira."),
        gabarit="projets/decisions/avis_retrait.html",
        libelle="Retirer l’avis",
        fait="L’avis est retiré.",
        empechements=avis.empechements_a_retirer(a_retirer),
        danger=True,
        avis=a_retirer,
    )


def decision(request, pk):
    initiative = demande_visible(request, pk)
    initiative.lire("etapes", "avis", "depenses", "sources", "territoires")
    proposees = PropositionDecision.objects.visibles_par(request.user).select_related("par")
    proposee = proposees.filter(initiative=initiative).first()
    return page(
        request,
        initiative,
        partial(decisions.decider, initiative),
        "decider",
        form=DecisionForm(
            *envoye(request), initiative=initiative, par=request.user, initial=deja_propose(proposee)
        ),
        ensuite=annoncer_la_decision,
        gabarit="projets/decisions/decision.html",
        libelle="Inscrire la décision",
        fait=lambda prise: f"La décision est inscrite\xa0: {prise.get_sens_display().lower()}.",
        empechements=decisions.empechements_a_decider(initiative),
        titre="Inscrire la décision",
        ici="Décision",
        demandes=montage_de(initiative).demandes,
        territoires=initiative.territoires.all(),
        proposee=proposee,
        rendus=avis.avis_rendus(initiative),
    )
