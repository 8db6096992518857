"""Suspendre un protocole, le reprendre, annuler un de ses versements; le clore ou le résilier, relevé à l'appui."""

from functools import partial

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from projets.protocoles import travaux
from projets.protocoles.forms.fins import AnnulationForm, ClotureForm, ResiliationForm, totaux_de
from projets.protocoles.models import LigneRectifiee, PieceAvis, RapportRecu, Tranche
from projets.protocoles.notifications import vie
from projets.protocoles.permissions import peut
from projets.protocoles.views.rectificatifs import gestes_du_releve
from projets.protocoles.views.reperes import protocole_lu, protocole_visible, reperes
from socle.acces import exiger
from socle.formulaires.motif import MotifForm
from socle.pages.gestes import MOTS, donnees_de, envoye, page_de_geste
from socle.pages.pieces import telechargement
from socle.valeurs.argent import ZERO

piece_d_avis = telechargement(PieceAvis)


def suspension(request, pk):
    protocole = protocole_visible(request, pk)
    return page_de_geste(
        request,
        protocole.suspendre,
        refus=peut(request.user, "suspendre-protocole", protocole),
        form=MotifForm(donnees_de(request), aide="L’organisme le lira."),
        gabarit="protocoles/fins/suspension.html",
        libelle="Suspendre l’initiative",
        fait="L’initiative est suspendue\xa0: rien ne s’y verse.",
        empechements=protocole.empechements_a_suspendre(),
        ensuite=vie.annoncer_la_suspension,
        danger=True,
        tranches=protocole.tranches.en_chemin().avec_verse(),
        **reperes(protocole),
    )


def levee(request, pk):
    protocole = protocole_visible(request, pk, "suspendu_par")
    return page_de_geste(
        request,
        protocole.lever_la_suspension,
        refus=peut(request.user, "lever-suspension", protocole),
        form=MotifForm(donnees_de(request), aide="L’organisme le lira.", libelle="Pourquoi elle reprend"),
        gabarit="protocoles/fins/levee.html",
        libelle="Reprendre l’initiative",
        fait="L’initiative a repris.",
        empechements=protocole.empechements_a_lever_la_suspension(),
        ensuite=vie.annoncer_la_reprise,
        tranches=protocole.tranches.filter(etat=Tranche.Etat.SUSPENDUE),
        **reperes(protocole),
    )


def annulation(request, pk):
    """Ce qui reste d'un versement prévu ne sera pas versé : la page dit combien, et à quelle enveloppe il retourne."""
    visibles = Tranche.objects.visibles_par(request.user)
    tranche = get_object_or_404(visibles.select_related("affectation__enveloppe__territoire"), pk=pk)
    tranche.protocole = protocole = protocole_visible(request, tranche.protocole_id)
    return page_de_geste(
        request,
        tranche.annuler,
        refus=peut(request.user, "annuler-tranche", protocole),
        form=AnnulationForm(
            *envoye(request),
            protocole=protocole,
            vue=tranche.empreinte_a_annuler(),
            aide="L’organisme le lira.",
        ),
        gabarit="protocoles/fins/annulation.html",
        libelle="Annuler le versement",
        fait="Le versement est annulé\xa0: ce qui en restait est retourné à son enveloppe.",
        empechements=tranche.empechements_a_annuler(),
        ensuite=vie.annoncer_l_annulation,
        danger=True,
        tranche=tranche,
        reste=tranche.reste(),
        **reperes(protocole),
    )


def cloture(request, pk):
    protocole = protocole_lu(request, pk)
    return _fin(
        request,
        protocole,
        protocole.clore,
        ClotureForm(donnees_de(request), protocole=protocole),
        refus=peut(request.user, "clore-protocole", protocole),
        gabarit="protocoles/fins/cloture.html",
        acte="Clore le protocole",
        fait="Le protocole est clos\xa0: l’initiative est terminée.",
        empechements=protocole.empechements_a_clore(),
        annoncer=vie.annoncer_la_cloture,
    )


def resiliation(request, pk):
    protocole = protocole_lu(request, pk)
    return _fin(
        request,
        protocole,
        protocole.resilier,
        ResiliationForm(*envoye(request), protocole=protocole),
        refus=peut(request.user, "resilier-protocole", protocole),
        gabarit="protocoles/fins/resiliation.html",
        acte="Résilier le protocole",
        fait="Le protocole est résilié\xa0: l’initiative s’arrête.",
        empechements=protocole.empechements_a_resilier(),
        annoncer=vie.annoncer_la_resiliation,
        danger=True,
    )


def _fin(request, protocole, geste, form, *, acte, annoncer, **options):
    """Ce qui est à récupérer se saisit, puis le relevé se relit en chiffres avant le geste."""
    communs = reperes(protocole) | {"acte": acte, "danger": options.pop("danger", False)}
    if form.manque_a_la_confirmation:
        exiger(options["refus"])
        return _relire(request, form, communs)
    return page_de_geste(
        request,
        geste,
        form=form,
        relire=partial(_relire, request, form, communs),
        ensuite=partial(_finir, annoncer),
        libelle="Relire le relevé de fin",
        titre=acte,
        rapports=RapportRecu.objects.filter(protocole=protocole),
        verse=sum(form.verses.values(), ZERO),
        **communs,
        **options,
    )


def _finir(annoncer, protocole, *, par):
    travaux.preparer(protocole)
    annoncer(protocole, par=par)


def _relire(request, form, communs):
    """Le relevé tel qu'il s'écrira, et la même saisie, prête à partir."""
    form.montrer_la_relecture()
    contexte = (
        MOTS
        | communs
        | {
            "titre": "Relire le relevé de fin",
            "ici": communs["acte"],
            "form": form,
            "empechements": (),
            "libelle_action": communs["acte"],
            "genre_action": "danger" if communs["danger"] else "",
            "url_annuler": communs["retour"],
        }
    )
    return render(request, "protocoles/fins/relecture.html", contexte)


@require_safe
def releve(request, pk):
    """Le relevé d'un protocole clos ou résilié, et ce qui en est déjà revenu."""
    protocole = protocole_visible(request, pk, "clos_par", "resilie_par")
    lignes = list(protocole.releve.select_related("affectation__enveloppe__territoire"))
    if not lignes:
        raise Http404("Un protocole a son relevé quand il est clos ou résilié.")
    rendus = protocole.releve.rendus()
    du = sum((ligne.a_recuperer for ligne in lignes), ZERO)
    rectificatifs = protocole.rectificatifs.select_related("propose_par", "confirme_par", "ecarte_par")
    contexte = reperes(protocole) | {
        "lignes": lignes,
        "rectificatifs": rectificatifs.prefetch_related(Prefetch("lignes", LigneRectifiee.objects.lues())),
        **gestes_du_releve(request.user, protocole),
        "totaux": totaux_de([vars(ligne) for ligne in lignes]),
        "du": du,
        "rendu": sum(rendus.values(), ZERO),
        "reste": du - sum(rendus.values(), ZERO),
    }
    return render(request, "protocoles/fins/releve.html", contexte)
