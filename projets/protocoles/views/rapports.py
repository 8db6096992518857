"""Le rapport reçu hors du service : l'inscrire, l'accepter ou non, en télécharger la pièce."""

from functools import partial

from django.shortcuts import get_object_or_404

from projets.protocoles.forms.rapports import AcceptationForm, RapportForm
from projets.protocoles.models import PieceRapport, RapportRecu
from projets.protocoles.notifications.vie import (
    annoncer_l_acceptation,
    annoncer_le_rapport,
    annoncer_le_rapport_refuse,
)
from projets.protocoles.permissions import peut
from projets.protocoles.views.reperes import protocole_visible, reperes
from socle.formulaires.motif import MotifForm
from socle.lectures import precharger
from socle.pages.gestes import donnees_de, envoye, page_de_geste
from socle.pages.pieces import telechargement
from socle.valeurs.argent import ZERO

piece = telechargement(PieceRapport)


def inscription(request, pk):
    protocole = protocole_visible(request, pk)
    precharger(protocole, "tranches", "rapports")
    attendus = RapportRecu.attendus(protocole)
    return page_de_geste(
        request,
        partial(RapportRecu.inscrire, protocole),
        refus=peut(request.user, "inscrire-rapport", protocole),
        form=RapportForm(*envoye(request), attendus=attendus, signe_le=protocole.signe_le),
        gabarit="layout/saisie.html",
        libelle="Inscrire le rapport",
        fait="Le rapport est inscrit. Une autre personne peut l’accepter.",
        empechements=RapportRecu.empechements_a_inscrire(protocole),
        ensuite=annoncer_le_rapport,
        titre="Inscrire un rapport reçu",
        ici="Rapport reçu",
        **reperes(protocole),
    )


def _accepte(rapport):
    if rapport.est_final:
        return "Le rapport final est accepté\xa0: ce qui l’attendait peut être versé, et le protocole se clore ensuite."
    return "Le rapport est accepté\xa0: ce qui l’attendait peut être versé."


def _visible(request, pk):
    """Le rapport, sa pièce et son protocole; 404 si la personne ne le voit pas."""
    visibles = RapportRecu.objects.visibles_par(request.user).prefetch_related("pieces")
    rapport = get_object_or_404(visibles.select_related("inscrit_par"), pk=pk)
    rapport.protocole = protocole_visible(request, rapport.protocole_id)
    return rapport


def acceptation(request, pk):
    """Ce qu'il libère se lit avant; changé depuis, il se relit (409)."""
    rapport = _visible(request, pk)
    protocole = rapport.protocole
    tranches = list(RapportRecu.attendent(protocole, rapport.attendu_le))
    return page_de_geste(
        request,
        rapport.accepter,
        refus=peut(request.user, "accepter-rapport", protocole),
        form=AcceptationForm(donnees_de(request), vue=rapport.empreinte_a_accepter()),
        gabarit="protocoles/rapports/acceptation.html",
        libelle="Accepter le rapport",
        fait=_accepte,
        empechements=rapport.empechements_a_accepter_par(request.user),
        ensuite=annoncer_l_acceptation,
        rapport=rapport,
        tranches=tranches,
        libere=sum((tranche.montant for tranche in tranches), ZERO),
        **reperes(protocole),
    )


def refus(request, pk):
    rapport = _visible(request, pk)
    return page_de_geste(
        request,
        rapport.refuser,
        refus=peut(request.user, "refuser-rapport", rapport.protocole),
        form=MotifForm(
            donnees_de(request), aide="L’organisme le lira\xa0: dites ce qui manque.", libelle="Pourquoi"
        ),
        gabarit="protocoles/rapports/refus.html",
        libelle="Ne pas accepter le rapport",
        fait="Le rapport n’est pas accepté\xa0: un nouveau est attendu.",
        empechements=rapport.empechements_a_refuser_par(request.user),
        ensuite=annoncer_le_rapport_refuse,
        danger=True,
        rapport=rapport,
        **reperes(rapport.protocole),
    )
